"""The segments of all traces, in the column store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ..columns import Columns
from ..scope import Scope

KEPT_SECONDS = 30 * 86_400.0
_TABLE = """
CREATE TABLE IF NOT EXISTS trace_segment (
    account VARCHAR NOT NULL, region VARCHAR NOT NULL, trace_id VARCHAR NOT NULL, id VARCHAR NOT NULL,
    in_progress BOOLEAN NOT NULL, start_time DOUBLE NOT NULL, end_time DOUBLE, received DOUBLE NOT NULL,
    document VARCHAR NOT NULL
)
"""
# A segment in progress gives way to its completed one whatever comes first, and one sent twice is one.
_LATEST = """
SELECT trace_id, document, received FROM trace_segment
WHERE account = ? AND region = ? AND trace_id IN ({traces})
QUALIFY row_number() OVER (PARTITION BY trace_id, id ORDER BY in_progress, received DESC) = 1
"""
_IN_RANGE = "SELECT {selected} FROM trace_segment WHERE account = ? AND region = ? GROUP BY trace_id HAVING {range}"
# What lies between the two times: when the trace began, when something of it arrived, or when a segment ended.
RANGES = {
    "TraceId": "min(start_time) >= ? AND min(start_time) < ?",
    "Event": "count(*) FILTER (received >= ? AND received < ?) > 0",
    "Service": "count(*) FILTER (end_time >= ? AND end_time < ?) > 0",
}


@dataclass(frozen=True, slots=True)
class Started:
    """A trace, and when it began, in epoch seconds."""

    trace_id: str
    at: float

    @property
    def order(self) -> tuple[float, str]:
        """Sorts the newest first, and the same way each time."""
        return -self.at, self.trace_id


@dataclass(frozen=True)
class Stored:
    """What has arrived of one trace: one document for each id, and when the latest did, in epoch seconds."""

    trace_id: str
    documents: list[dict[str, Any]]
    received: float


class Segments:
    """Segments by account, region and trace."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def create(self, now: float) -> None:
        """Make the table, and drop what is older than X-Ray keeps traces (30 days)."""
        self._columns.create(_TABLE)
        if not self._columns.empty:
            self._columns.query("DELETE FROM trace_segment WHERE received < ?", [now - KEPT_SECONDS])

    def put(self, scope: Scope, documents: Sequence[dict[str, Any]], received: float) -> None:
        """Keep validated `documents` that arrived at `received` (epoch seconds); durable when this returns."""
        columns = {
            "account": [scope.account] * len(documents),
            "region": [scope.region] * len(documents),
            "trace_id": [document["trace_id"].lower() for document in documents],
            "id": [document["id"].lower() for document in documents],
            "in_progress": [bool(document.get("in_progress")) for document in documents],
            "start_time": [float(document["start_time"]) for document in documents],
            "end_time": _end_times(documents),
            "received": [received] * len(documents),
            "document": [msgspec.json.encode(document).decode() for document in documents],
        }
        self._columns.append("trace_segment", columns)

    def of_traces(self, scope: Scope, trace_ids: Iterable[str]) -> dict[str, Stored]:
        """Return what has arrived of each trace, by its id; those that nothing has arrived of are left out."""
        ids = [id_.lower() for id_ in trace_ids]
        if not ids:
            return {}
        sql = _LATEST.format(traces=", ".join("?" * len(ids)))
        return _by_trace(self._columns.query(sql, [scope.account, scope.region, *ids]))

    def in_range(self, scope: Scope, start: float, end: float) -> dict[str, Stored]:
        """Return the traces that began between two times (epoch seconds)."""
        traces = _IN_RANGE.format(selected="trace_id", range=RANGES["TraceId"])
        here = [scope.account, scope.region]
        return _by_trace(self._columns.query(_LATEST.format(traces=traces), [*here, *here, start, end]))

    def started_in_range(self, scope: Scope, range_type: str, start: float, end: float) -> list[Started]:
        """Return only which traces there are between two times (epoch seconds), the newest first.

        `range_type` is one of RANGES.
        """
        sql = _IN_RANGE.format(selected="trace_id, min(start_time)", range=RANGES[range_type])
        rows = self._columns.query(sql, [scope.account, scope.region, start, end])
        return sorted((Started(trace_id, at) for trace_id, at in rows), key=lambda started: started.order)

    def forget(self, account: str) -> None:
        """Delete every segment of `account`."""
        self._columns.query("DELETE FROM trace_segment WHERE account = ?", [account])


def _end_times(documents: Sequence[dict[str, Any]]) -> list[float]:
    """NaN, which is stored as NULL, for what has not ended: no range of time contains it."""
    return [float(document.get("end_time") or "nan") for document in documents]


def _by_trace(rows: Iterable[tuple[Any, ...]]) -> dict[str, Stored]:
    documents: dict[str, list[dict[str, Any]]] = {}
    received: dict[str, float] = {}
    for trace_id, document, at in rows:
        documents.setdefault(trace_id, []).append(msgspec.json.decode(document))
        received[trace_id] = max(at, received.get(trace_id, at))
    return {trace_id: Stored(trace_id, documents[trace_id], received[trace_id]) for trace_id in documents}
