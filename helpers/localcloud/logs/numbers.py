"""Numbers that only grow, across restarts and deletions: the order in which events came in."""

from __future__ import annotations

from ..clock import Clock


class Numbers:
    """Gives numbers that are at least the clock's nanoseconds, so that none comes twice even if its row is gone.

    Not safe for threads by itself: the journal takes numbers while it holds its lock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last = 0

    def seen(self, number: int) -> None:
        """Give only numbers above `number` from now on (one that an earlier process gave)."""
        self.last = max(self.last, number)

    def take(self, count: int = 1) -> int:
        """Reserve `count` consecutive numbers and return the first."""
        first = max(self.last + 1, self.ago(0))
        self.last = first + count - 1
        return first

    def ago(self, seconds: float) -> int:
        """Return a number that those given at least `seconds` ago do not exceed."""
        return int((self._clock.now().timestamp() - seconds) * 1_000_000) * 1_000
