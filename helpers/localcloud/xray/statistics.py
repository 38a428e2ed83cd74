"""Counts, response times and histograms of requests, as service graphs show them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .entity import Entity


@dataclass
class Tally:
    """Requests counted up. Each is exactly one of ok, error (throttled or other) and fault; a fault outweighs an error.

    What is in progress has no outcome yet and is not counted (an assumption); it does widen the time covered.
    """

    ok: int = 0
    throttled: int = 0
    other_errors: int = 0
    faults: int = 0
    seconds: float = 0.0
    start: float = math.inf
    end: float = -math.inf
    response_times: Counter[float] = field(default_factory=Counter)
    durations: Counter[float] = field(default_factory=Counter)

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Tally:
        """Return the tally of `entities`."""
        tally = cls()
        for entity in entities:
            tally.add(entity)
        return tally

    def add(self, entity: Entity) -> None:
        """Count one request by the (sub)segment that tells of it."""
        self.start = min(self.start, entity.start)
        self.end = max(self.end, entity.start if entity.end is None else entity.end)
        if entity.seconds is None:
            return
        self._count(entity)
        self.seconds += entity.seconds
        self.response_times[bucket(entity.seconds)] += 1
        self.durations[bucket(duration(entity))] += 1

    def _count(self, entity: Entity) -> None:
        if entity.outcome.fault:
            self.faults += 1
        elif entity.outcome.throttle:
            self.throttled += 1
        elif entity.outcome.error:
            self.other_errors += 1
        else:
            self.ok += 1

    @property
    def total(self) -> int:
        return self.ok + self.throttled + self.other_errors + self.faults

    def document(self) -> dict[str, Any]:
        """Return it in the API's shapes ServiceStatistics and EdgeStatistics; times in seconds."""
        errors = self.throttled + self.other_errors
        return {
            "OkCount": self.ok,
            "ErrorStatistics": {
                "ThrottleCount": self.throttled,
                "OtherCount": self.other_errors,
                "TotalCount": errors,
            },
            "FaultStatistics": {"OtherCount": self.faults, "TotalCount": self.faults},
            "TotalCount": self.total,
            "TotalResponseTime": self.seconds,
        }


def duration(entity: Entity) -> float:
    """Return the seconds from the start of `entity` to the end of the last thing in it, asynchronous work included."""
    return max(part.end for part in entity.subtree() if part.end is not None) - entity.start


def bucket(seconds: float) -> float:
    """Return the value at which a histogram counts `seconds`: two significant digits, a millisecond at the finest.

    AWS does not document its buckets; this is an assumption.
    """
    if seconds < 0.001:
        return 0.0 if seconds < 0.0005 else 0.001
    return round(seconds, min(3, 1 - math.floor(math.log10(seconds))))


def histogram(counts: Counter[float]) -> list[dict[str, Any]]:
    """Return the API's shape Histogram, by rising value."""
    return [{"Value": value, "Count": count} for value, count in sorted(counts.items())]
