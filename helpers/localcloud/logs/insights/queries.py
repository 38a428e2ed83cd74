"""Runs queries in the background and keeps their results."""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from ...cloud import Cloud
from ...scope import Scope
from ...service import ServiceError
from ...workers import Job
from .model import ACTIVE, CANCELLED, COMPLETE, FAILED, RUNNING, TIMEOUT, QueryRecord, Results
from .program import Source
from .running import Overseer, QueryTimeout

if TYPE_CHECKING:
    from .engine import Answer

log = logging.getLogger(__name__)

KIND = "logs.query"
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_MOST_ACTIVE = 100
# How many queries of an account in a region are kept with their results; the oldest go first.
_KEPT = 100
# More at a time would only share the same cores.
_AT_A_TIME = 2
# A waiting query looks that often whether it is to stop.
_TURN_SECONDS = 0.2

Horizon = Callable[[Scope, str], int]


class Queries:
    """All queries of the local cloud. `horizon` gives the time before which the events of a group have expired."""

    def __init__(self, cloud: Cloud, horizon: Horizon) -> None:
        self._cloud = cloud
        self._horizon = horizon
        self.stored = cloud.store.collection("logs.query", QueryRecord)
        self._results = cloud.store.collection("logs.query-result", Results)
        self._slots = threading.Semaphore(_AT_A_TIME)

    def source(self, scope: Scope, record: QueryRecord) -> Source:
        """Return the events that the query of `record` reads."""
        horizons = [self._horizon(scope, group) for group in record.groups]
        return Source(scope.account, scope.region, record.groups, horizons, record.start, record.end)

    def start(self, scope: Scope, record: QueryRecord) -> None:
        """Record the query and begin it. Raises LimitExceededException if too many are under way."""
        with self._cloud.store.transaction():
            queries = self.stored.list(scope)
            if sum(query.active for query in queries) >= _MOST_ACTIVE:
                raise ServiceError(
                    "LimitExceededException",
                    f"{_MOST_ACTIVE} queries of this account are under way, which is the limit. Stop one or wait.",
                )
            self._make_room(scope, queries)
            self.stored.put(scope, record.id, record)
            self._cloud.workers.start(KIND, scope, record.id)

    def _make_room(self, scope: Scope, queries: Sequence[QueryRecord]) -> None:
        ended = [query for query in queries if not query.active]
        for query in ended[: max(len(queries) - _KEPT + 1, 0)]:
            self.stored.delete(scope, query.id)
            self._results.delete(scope, query.id)

    def find(self, scope: Scope, id_: str) -> QueryRecord:
        """Return the query `id_`. Raises ResourceNotFoundException."""
        if (record := self.stored.get(scope, id_)) is None:
            raise ServiceError("ResourceNotFoundException", f"The specified query does not exist: {id_}")
        return record

    def cancel(self, scope: Scope, id_: str) -> None:
        """End a query that is under way. Raises InvalidParameterException if it has ended."""
        with self._cloud.store.transaction():
            record = self.find(scope, id_)
            if not record.active:
                raise ServiceError(
                    "InvalidParameterException", f"Query {id_} is {record.status}; only one under way can be stopped."
                )
            self._end(scope, record, CANCELLED)
        self._cloud.workers.stop(KIND, scope, id_)

    def rows(self, scope: Scope, record: QueryRecord) -> tuple[list[str], list[list[str | None]]]:
        """Return labels and rows of the results; there are none until the query is complete."""
        results = self._results.get(scope, record.id)
        if results is None:
            return [], []
        return results.labels, msgspec.json.decode(zlib.decompress(results.packed))

    def work(self, job: Job) -> None:
        """Run the query of `job`; one that a crash has interrupted runs again, as it only reads."""
        while not self._slots.acquire(timeout=_TURN_SECONDS):
            if job.stop.is_set():
                return
        try:
            if self._set_running(job):
                self._run(job)
        except QueryTimeout:
            self._finish(job, TIMEOUT, {}, None)
        except Exception:
            if job.stop.is_set():
                return  # It was stopped, or we close: then it runs again after the next start.
            log.exception("The query %s failed", job.key)
            self._finish(job, FAILED, {}, None)
        finally:
            self._slots.release()

    def _set_running(self, job: Job) -> bool:
        with self._cloud.store.transaction():
            record = self.stored.get(job.scope, job.key)
            if record is None or not record.active:
                return False
            record.status = RUNNING
            self.stored.put(job.scope, job.key, record)
        return True

    def _run(self, job: Job) -> None:
        # Loaded with the first query: grammar and database are a good part of a start.
        from .engine import answer, prepare

        record = self.find(job.scope, job.key)
        program = prepare(record.text, self.source(job.scope, record), record.limit)
        overseer = Overseer(self._cloud.clock, job.stop)
        with overseer.watching():
            found = answer(self._cloud.columns, program, overseer.watch)
        packed = zlib.compress(msgspec.json.encode(found.rows), 1)
        self._finish(job, COMPLETE, _statistics(found, len(record.groups)), Results(list(found.labels), packed))

    def _finish(self, job: Job, status: str, statistics: dict[str, float], results: Results | None) -> None:
        """Keep the outcome, unless the query was stopped or forgotten meanwhile."""
        with self._cloud.store.transaction():
            record = self.stored.get(job.scope, job.key)
            if record is None or record.status not in ACTIVE:
                return
            record.statistics = statistics
            self._end(job.scope, record, status)
            if results is not None:
                self._results.put(job.scope, job.key, results)

    def _end(self, scope: Scope, record: QueryRecord, status: str) -> None:
        record.status, record.ended = status, int(self._cloud.clock.now().timestamp() * 1000)
        self.stored.put(scope, record.id, record)


def _statistics(found: Answer, groups: int) -> dict[str, float]:
    return {
        "recordsMatched": float(found.matched),
        "recordsScanned": float(found.scanned),
        "bytesScanned": float(found.scanned_bytes),
        "estimatedRecordsSkipped": 0.0,
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": float(groups),
        "resultCount": float(len(found.rows)),
    }
