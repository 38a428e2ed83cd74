"""What PutLogEvents takes of a batch.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..service import ServiceError
from .journal import OVERHEAD

MAX_BYTES = 1_048_576
MAX_EVENT_BYTES = 1_048_576
_HOUR = 3_600_000
MAX_FUTURE = 2 * _HOUR
MAX_AGE = 14 * 24 * _HOUR
MAX_SPAN = 24 * _HOUR


@dataclass(frozen=True)
class Acceptance:
    """Which events of a batch are taken: those from `first` up to `end` (exclusive), and why not the others."""

    first: int
    end: int
    too_new: int | None = None
    too_old: int | None = None
    expired: int | None = None

    @property
    def rejected(self) -> dict[str, int] | None:
        """The API shape RejectedLogEventsInfo, or None if all are taken."""
        indexes = {
            "tooNewLogEventStartIndex": self.too_new,
            "tooOldLogEventEndIndex": self.too_old,
            "expiredLogEventEndIndex": self.expired,
        }
        return {name: index for name, index in indexes.items() if index is not None} or None


def accept(times: Sequence[int], messages: Sequence[str], now: int, horizon: int) -> Acceptance:
    """Return what is taken of a batch at `now`, in a group whose events expire before `horizon` (epoch milliseconds).

    Raises ServiceError if the batch as a whole is refused.
    """
    _check_order(times)
    _check_sizes(messages)
    too_old, expired = bisect_left(times, now - MAX_AGE), bisect_left(times, horizon)
    end = bisect_right(times, now + MAX_FUTURE)
    first = min(max(too_old, expired), end)
    _check_span(times[first:end])
    return Acceptance(
        first,
        end,
        too_new=end if end < len(times) else None,
        too_old=too_old or None,
        expired=expired if expired > too_old else None,
    )


def _check_order(times: Sequence[int]) -> None:
    if any(later < earlier for earlier, later in pairwise(times)):
        raise ServiceError(
            "InvalidParameterException",
            "Log events in a single PutLogEvents request must be in chronological order.",
        )


def _check_span(times: Sequence[int]) -> None:
    if times and times[-1] - times[0] > MAX_SPAN:
        raise ServiceError(
            "InvalidParameterException",
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        )


def _check_sizes(messages: Sequence[str]) -> None:
    sizes = [len(message) if message.isascii() else len(message.encode()) for message in messages]
    if max(sizes) > MAX_EVENT_BYTES:
        raise ServiceError(
            "InvalidParameterException",
            f"Log event too large: {max(sizes)} bytes exceeds limit of {MAX_EVENT_BYTES}",
        )
    if (size := sum(sizes) + OVERHEAD * len(sizes)) > MAX_BYTES:
        raise ServiceError(
            "InvalidParameterException",
            f"Upload too large: {size} bytes exceeds limit of {MAX_BYTES} ({OVERHEAD} are counted for each event)",
        )
