"""Durable background jobs: what was going on when the process died goes on when it starts again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .scope import Scope
from .store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobRecord:
    """What the store keeps of a job until its handler has returned."""

    kind: str
    key: str


@dataclass
class Job:
    """One run of a handler. `stop` is set when the job should end: by `Workers.stop`, or because we close."""

    kind: str
    scope: Scope
    key: str
    resumed: bool = False
    stop: threading.Event = field(default_factory=threading.Event)


Handler = Callable[[Job], None]
_Address = tuple[str, Scope, str]


class Workers:
    """Runs each job in a thread of its own, at most one for a (kind, scope, key)."""

    def __init__(self, store: Store) -> None:
        self.closing = threading.Event()
        self._store = store
        self._records = store.collection("workers.job", JobRecord)
        self._handlers: dict[str, Handler] = {}
        self._running: dict[_Address, tuple[Job, threading.Thread]] = {}
        self._again: set[_Address] = set()
        self._lock = threading.Lock()

    def register(self, kind: str, handler: Handler) -> None:
        """Name the function that does jobs of `kind`; it must turn failures into a status of its own."""
        self._handlers[kind] = handler

    def start(self, kind: str, scope: Scope, key: str) -> None:
        """Record the job and run it in the background. One that is running already runs once more afterwards."""
        with self._store.transaction():
            self._records.put(scope, f"{kind}/{key}", JobRecord(kind, key))
            self._launch(Job(kind, scope, key))

    def resume(self) -> None:
        """Run again every job that a crash or a stop left behind (called once, after all handlers are known)."""
        for scope, _, record in self._records.everywhere():
            self._launch(Job(record.kind, scope, record.key, resumed=True))

    def stop(self, kind: str, scope: Scope, key: str) -> None:
        """Ask the job to end; returns at once."""
        with self._lock:
            found = self._running.get((kind, scope, key))
        if found:
            found[0].stop.set()

    def reset(self, account: str, limit: float = 10.0) -> None:
        """End every job of `account`, waiting up to `limit` seconds for all of them."""
        with self._lock:
            mine = [pair for address, pair in self._running.items() if address[1].account == account]
            self._again = {address for address in self._again if address[1].account != account}
        self._end(mine, limit)

    def begin_close(self) -> None:
        """Set `closing` and ask every job to end, without waiting for any."""
        self.closing.set()
        with self._lock:
            everything = list(self._running.values())
        for job, _ in everything:
            job.stop.set()

    def close(self, limit: float = 10.0) -> None:
        """End all jobs without a verdict, within `limit` seconds: their records stay, so that they resume later."""
        self.begin_close()
        with self._lock:
            everything = list(self._running.values())
        self._end(everything, limit)

    def _end(self, pairs: list[tuple[Job, threading.Thread]], limit: float) -> None:
        until = time.monotonic() + limit
        for job, _ in pairs:
            job.stop.set()
        for _, thread in pairs:
            if thread is not threading.current_thread():
                thread.join(max(until - time.monotonic(), 0.0))

    def _launch(self, job: Job) -> None:
        address = (job.kind, job.scope, job.key)
        with self._lock:
            if self.closing.is_set():
                return
            if address in self._running:
                self._again.add(address)
                return
            thread = threading.Thread(target=self._run, args=(job,), name=f"{job.kind}:{job.key}", daemon=True)
            self._running[address] = (job, thread)
            # Not outside of the lock: `close` joins what it finds here.
            thread.start()

    def _run(self, job: Job) -> None:
        try:
            self._handlers[job.kind](job)
        except Exception:
            if not self.closing.is_set():
                log.exception("The job %s of %s ended with an error nobody turned into a status", job.kind, job.key)
        finally:
            self._finish(job)

    def _finish(self, job: Job) -> None:
        address = (job.kind, job.scope, job.key)
        # Lock order everywhere: the store first, then ours. `start` may be called inside a transaction.
        with self._store.transaction(), self._lock:
            del self._running[address]
            again = address in self._again
            self._again.discard(address)
            if not again and not self.closing.is_set():
                self._records.delete(job.scope, f"{job.kind}/{job.key}")
        if again:
            self._launch(Job(*address))
