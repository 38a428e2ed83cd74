"""Ends a build that was stopped, takes too long, or has to give way to the end of the local cloud."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..cloud import Cloud
from ..workers import Job

STOPPED, TIMED_OUT, CLOSING = "STOPPED", "TIMED_OUT", "CLOSING"


class Limits:
    """Watches one build from a thread of its own; `verdict` says why it was ended, if it was."""

    def __init__(self, cloud: Cloud, job: Job, minutes: float, kill: Callable[[], None]) -> None:
        self.verdict: str | None = None
        self._cloud = cloud
        self._job = job
        self._minutes = minutes
        self._kill = kill
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"limits:{job.key}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._over.set()
        self._job.stop.set()
        self._thread.join(10)

    def _watch(self) -> None:
        stopped = self._cloud.clock.wait(self._job.stop, self._minutes * 60)
        if self._over.is_set():
            return
        if not stopped:
            self.verdict = TIMED_OUT
        else:
            self.verdict = CLOSING if self._cloud.workers.closing.is_set() else STOPPED
        self._kill()
