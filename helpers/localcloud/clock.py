"""Time as the local cloud sees it: real time stamps, shortened durations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What services ask for the time; injected, so that tests step it and never sleep."""

    time_scale: float

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def wait(self, event: threading.Event, aws_seconds: float) -> bool:
        """Wait until `event` is set or `aws_seconds` of AWS's time have passed; return whether it is set."""
        ...


class SystemClock:
    """The machine's clock; a duration that AWS gives as N seconds lasts N / `time_scale` seconds."""

    def __init__(self, time_scale: float = 1.0) -> None:
        if time_scale <= 0:
            raise ValueError(f"time_scale is {time_scale}; it must be above 0 (60 turns a minute into a second)")
        self.time_scale = time_scale

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, event: threading.Event, aws_seconds: float) -> bool:
        return event.wait(max(aws_seconds, 0.0) / self.time_scale)


class ManualClock:
    """A clock that moves only when a test says so."""

    def __init__(self, start: datetime, time_scale: float = 1.0) -> None:
        self.time_scale = time_scale
        self._now = start
        self._moved = threading.Condition()

    def now(self) -> datetime:
        with self._moved:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds` and wake every waiter whose time has come."""
        with self._moved:
            self._now += timedelta(seconds=seconds)
            self._moved.notify_all()

    def wait(self, event: threading.Event, aws_seconds: float) -> bool:
        with self._moved:
            until = self._now + timedelta(seconds=max(aws_seconds, 0.0))
            # A set event cannot notify this condition, hence the short turn.
            while not event.is_set() and self._now < until:
                self._moved.wait(0.01)
        return event.is_set()
