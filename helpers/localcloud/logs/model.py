"""What CloudWatch Logs keeps of groups, filters and consumers; events and streams are in the column store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..scope import Scope

STANDARD = "STANDARD"


@dataclass
class LogGroup:
    """A log group. `created` is in epoch milliseconds, `retention` in days (None: events never expire)."""

    name: str
    created: int
    retention: int | None = None
    kind: str = STANDARD
    kms_key: str | None = None
    protected: bool = False
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogStream:
    """A log stream; `number` is its key in the column store, `created` is in epoch milliseconds."""

    number: int
    scope: Scope
    group: str
    name: str
    created: int


class LogEvent(NamedTuple):
    """An event as it was stored: `t` and `ingested` in epoch milliseconds, `seq` orders all events of the cloud."""

    stream: int
    seq: int
    t: int
    ingested: int
    message: str

    @property
    def id(self) -> str:
        """56 digits, as AWS's event ids are; they sort by time."""
        return f"{self.t:017d}{self.stream:019d}{self.seq:020d}"


@dataclass
class Transformation:
    """How a metric filter turns matching events into datapoints (API shape MetricTransformation)."""

    name: str
    namespace: str
    value: str
    default: float | None = None
    dimensions: dict[str, str] = field(default_factory=dict)
    unit: str | None = None


@dataclass
class MetricFilter:
    """A metric filter of a log group; `created` is in epoch milliseconds."""

    group: str
    name: str
    pattern: str
    transformation: Transformation
    created: int


@dataclass
class SubscriptionFilter:
    """A subscription filter of a log group; `created` is in epoch milliseconds."""

    group: str
    name: str
    pattern: str
    destination: str
    role: str | None
    distribution: str
    created: int


@dataclass
class Consumer:
    """Who follows a log group, and how far it has come: events up to `cursor` (a `seq`) are done."""

    kind: str
    group: str
    name: str
    cursor: int

    @property
    def key(self) -> str:
        """The key in the store; names of groups and filters have no colon."""
        return f"{self.group}:{self.kind}:{self.name}"
