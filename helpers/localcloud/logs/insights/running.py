"""Lets a query run no longer than it may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from ...clock import Clock
from ...columns import Transaction

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
LONGEST_SECONDS = 3600
_TURN_SECONDS = 0.1


class QueryTimeout(RuntimeError):
    """The query ran for as long as a query may."""


class Overseer:
    """Ends the statements of a query when `stop` is set, or after an hour of AWS's time."""

    def __init__(self, clock: Clock, stop: threading.Event) -> None:
        self._clock = clock
        self._stop = stop
        self._until = clock.now() + timedelta(seconds=LONGEST_SECONDS / clock.time_scale)
        self._done = threading.Event()

    @property
    def expired(self) -> bool:
        """Whether the time of the query is over."""
        return self._clock.now() >= self._until

    def watch(self, transaction: Transaction) -> None:
        """Begin to watch over `transaction`."""
        threading.Thread(target=self._interrupt_in_time, args=(transaction,), name="query-watch", daemon=True).start()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch until the end of the block. Raises QueryTimeout in place of what the interruption raised."""
        try:
            yield
        except Exception:
            if self.expired and not self._stop.is_set():
                raise QueryTimeout from None
            raise
        finally:
            self._done.set()

    def _interrupt_in_time(self, transaction: Transaction) -> None:
        # More than once: between two statements there is nothing to interrupt.
        while not self._done.wait(_TURN_SECONDS):
            if self._stop.is_set() or self.expired:
                transaction.interrupt()
