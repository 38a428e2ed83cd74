"""How a segment or subsegment ended: well, with a client's error, throttled, or with a fault.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-errors
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` is a 4xx, `throttle` a 429 (which is an error, too), `fault` a 5xx or an exception."""

    error: bool = False
    throttle: bool = False
    fault: bool = False

    @property
    def ok(self) -> bool:
        return not (self.error or self.fault)


def outcome_of_status(status: int) -> Outcome:
    """Return what an HTTP status says."""
    return Outcome(400 <= status <= 499, status == TOO_MANY_REQUESTS, 500 <= status <= 599)


def outcome_of(document: Mapping[str, Any]) -> Outcome:
    """Return how the (sub)segment `document` ended, by its flags and by the status of its response."""
    by_status = outcome_of_status(status_of(document) or 0)
    throttle = bool(document.get("throttle")) or by_status.throttle
    return Outcome(
        error=bool(document.get("error")) or by_status.error or throttle,
        throttle=throttle,
        fault=bool(document.get("fault")) or by_status.fault,
    )


def status_of(document: Mapping[str, Any]) -> int | None:
    """Return the HTTP status of the response in `document`, or None."""
    status = part(document, "http", "response").get("status")
    return status if isinstance(status, int) else None


def part(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return the object at `path` ("http", "request") in a document, an empty one if there is none."""
    found: Mapping[str, Any] = document
    for name in path:
        inner = found.get(name)
        found = inner if isinstance(inner, dict) else {}
    return found
