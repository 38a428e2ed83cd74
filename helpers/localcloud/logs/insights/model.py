"""What is kept of queries and of saved queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCHEDULED, RUNNING, COMPLETE = "Scheduled", "Running", "Complete"
FAILED, CANCELLED, TIMEOUT = "Failed", "Cancelled", "Timeout"
ACTIVE = frozenset({SCHEDULED, RUNNING})


@dataclass
class QueryRecord:
    """A query that was started. Times are in epoch milliseconds, `start` and `end` both included."""

    id: str
    text: str
    groups: list[str]
    start: int
    end: int
    limit: int | None
    created: int
    status: str = SCHEDULED
    ended: int | None = None
    statistics: dict[str, float] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether the query has yet to come to an end."""
        return self.status in ACTIVE


@dataclass(frozen=True)
class Results:
    """The rows of a query; `packed` is a compressed list of rows in JSON, each with a text or null for each label."""

    labels: list[str]
    packed: bytes


@dataclass
class Definition:
    """A saved query; `modified` is in epoch milliseconds."""

    id: str
    name: str
    text: str
    groups: list[str]
    modified: int
    parameters: list[dict[str, Any]] = field(default_factory=list)
    token: str = ""
