"""The log events of all accounts in the column store, and the catalogue of the streams they are in.

One writer at a time takes a number and commits, so events become visible in the order of their numbers: who has read
up to a number has missed nothing below it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any, NamedTuple

from ..clock import Clock
from ..columns import Columns
from ..scope import Scope
from .filterpattern.pattern import Condition
from .model import LogEvent, LogStream
from .numbers import Numbers

OVERHEAD = 26
# Up to so many rows, a plain statement is quicker than a frame.
_FEW = 10
_EVENTS = """
CREATE TABLE IF NOT EXISTS log_event (stream BIGINT, seq BIGINT, t BIGINT, ingested BIGINT, message VARCHAR)
"""
_STREAMS = """
CREATE TABLE IF NOT EXISTS log_stream (
    stream BIGINT, account VARCHAR, region VARCHAR, log_group VARCHAR, name VARCHAR, created BIGINT
)
"""
_Group = tuple[Scope, str]
Keep = Callable[[str], bool]


class Sifted(NamedTuple):
    """What was found among `seen` events, of which `last` was the last."""

    events: list[LogEvent]
    seen: int
    last: LogEvent | None


class Journal:
    """Streams and their events. Everything here is durable when a call returns, and safe for threads."""

    def __init__(self, columns: Columns, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.numbers = Numbers(clock)
        self._columns = columns
        self._streams: dict[_Group, dict[str, LogStream]] = defaultdict(dict)

    def open(self) -> None:
        """Make the tables and read which streams there are."""
        self._columns.create(_EVENTS)
        self._columns.create(_STREAMS)
        if not self._columns.empty:
            self._read()

    def _read(self) -> None:
        for number, account, region, group, name, created in self._columns.query(
            "SELECT stream, account, region, log_group, name, created FROM log_stream"
        ):
            self._remember(LogStream(number, Scope(account, region), group, name, created))
            self.numbers.seen(number)
        self.numbers.seen(self._columns.query("SELECT coalesce(max(seq), 0) FROM log_event")[0][0])

    def groups(self) -> list[_Group]:
        """Return the groups that have streams."""
        with self.lock:
            return [group for group, streams in self._streams.items() if streams]

    def streams(self, scope: Scope, group: str) -> list[LogStream]:
        """Return the streams of a group by name."""
        with self.lock:
            return sorted(self._streams.get((scope, group), {}).values(), key=lambda stream: stream.name)

    def stream(self, scope: Scope, group: str, name: str) -> LogStream | None:
        """Return the stream `name` of `group`, or None."""
        with self.lock:
            return self._streams.get((scope, group), {}).get(name)

    def add_stream(self, scope: Scope, group: str, name: str, now: int) -> LogStream:
        """Make the stream `name` (which must not be there yet) at `now` (epoch milliseconds)."""
        with self.lock:
            stream = LogStream(self.numbers.take(), scope, group, name, now)
            self._columns.query(
                "INSERT INTO log_stream VALUES (?, ?, ?, ?, ?, ?)",
                [stream.number, scope.account, scope.region, group, name, now],
            )
            self._remember(stream)
            return stream

    def drop(self, streams: Sequence[LogStream]) -> None:
        """Delete `streams` with all their events."""
        numbers = [stream.number for stream in streams]
        with self.lock:
            with self._columns.transaction() as transaction:
                for table in ("log_event", "log_stream"):
                    transaction.query(f"DELETE FROM {table} WHERE stream IN (SELECT unnest(?::BIGINT[]))", [numbers])
            for stream in streams:
                self._streams[stream.scope, stream.group].pop(stream.name, None)

    def drop_account(self, account: str) -> None:
        """Delete all streams of `account` with their events."""
        with self.lock:
            mine = [
                stream
                for (scope, _), streams in self._streams.items()
                if scope.account == account
                for stream in streams.values()
            ]
            if mine:
                self.drop(mine)

    def append(self, stream: LogStream, times: Sequence[int], messages: Sequence[str], now: int) -> int:
        """Add events, in the order given, ingested at `now`; return the number of the last. Hold `lock`."""
        first = self.numbers.take(len(times))
        if len(times) <= _FEW:
            self._insert_few(stream, first, times, messages, now)
        else:
            self._insert_many(stream, first, times, messages, now)
        return self.numbers.last

    def _insert_few(
        self, stream: LogStream, first: int, times: Sequence[int], messages: Sequence[str], now: int
    ) -> None:
        rows = [
            (stream.number, first + number, t, now, message)
            for number, (t, message) in enumerate(zip(times, messages, strict=True))
        ]
        self._columns.query(
            f"INSERT INTO log_event VALUES {', '.join(['(?, ?, ?, ?, ?)'] * len(rows))}",
            [value for row in rows for value in row],
        )

    def _insert_many(
        self, stream: LogStream, first: int, times: Sequence[int], messages: Sequence[str], now: int
    ) -> None:
        import numpy as np

        count = len(times)
        self._columns.append(
            "log_event",
            {
                "stream": np.full(count, stream.number),
                "seq": np.arange(first, first + count),
                "t": np.array(times, dtype=np.int64),
                "ingested": np.full(count, now),
                "message": list(messages),
            },
        )

    def expire(self, scope: Scope, group: str, before: int) -> None:
        """Delete the events of a group that are older than `before` (epoch milliseconds)."""
        with self.lock:
            numbers = [stream.number for stream in self.streams(scope, group)]
            self._columns.query(
                "DELETE FROM log_event WHERE t < ? AND stream IN (SELECT unnest(?::BIGINT[]))", [before, numbers]
            )

    def select(self, condition: str, parameters: Sequence[Any], *, order: str, limit: int) -> list[LogEvent]:
        """Return at most `limit` events that satisfy an SQL condition, in the order given."""
        return self.sift(condition, parameters, order=order, limit=limit).events

    def sift(
        self, condition: str, parameters: Sequence[Any], *, order: str, limit: int, keep: Keep | None = None
    ) -> Sifted:
        """Look through at most `limit` events that satisfy an SQL condition, in the order given.

        Only those whose message `keep` accepts are returned.
        """
        # By columns, DuckDB hands rows over several times as fast as one by one.
        found = self._columns.arrays(
            f"SELECT stream, seq, t, ingested, message FROM log_event WHERE {condition} ORDER BY {order} LIMIT {limit}",
            parameters,
        )
        values = [found[name].tolist() for name in LogEvent._fields]
        seen = len(values[0])
        last = LogEvent(*(column[-1] for column in values)) if seen else None
        if keep is not None:
            kept = [keep(message) for message in values[-1]]
            values = [list(compress(column, kept)) for column in values]
        return Sifted(list(map(LogEvent, *values)), seen, last)

    def after(
        self, scope: Scope, group: str, cursor: int, end: int, condition: Condition, limit: int
    ) -> list[LogEvent]:
        """Return the first events of a group, in the order they came in, with `cursor` < seq <= `end`."""
        return self.select(
            "seq > ? AND seq <= ? AND stream IN (SELECT stream FROM log_stream WHERE account = ? AND region = ?"
            f" AND log_group = ?) AND ({condition.sql})",
            [cursor, end, scope.account, scope.region, group, *condition.parameters],
            order="seq",
            limit=limit,
        )

    def sizes(self, scope: Scope, groups: Sequence[str]) -> dict[str, int]:
        """Return the stored bytes of each group that has any: messages in UTF-8 and 26 for each event."""
        rows = self._columns.query(
            f"SELECT log_group, sum(strlen(message) + {OVERHEAD})::BIGINT FROM log_event JOIN log_stream USING (stream)"
            " WHERE account = ? AND region = ? AND log_group IN (SELECT unnest(?::VARCHAR[])) GROUP BY log_group",
            [scope.account, scope.region, list(groups)],
        )
        return dict(rows)

    def extents(self, streams: Iterable[LogStream]) -> dict[int, tuple[int, int, int]]:
        """Return (first event, last event, last ingestion), in epoch milliseconds, of each stream that has events."""
        rows = self._columns.query(
            "SELECT stream, min(t), max(t), max(ingested) FROM log_event"
            " WHERE stream IN (SELECT unnest(?::BIGINT[])) GROUP BY stream",
            [[stream.number for stream in streams]],
        )
        return {stream: (first, last, ingested) for stream, first, last, ingested in rows}

    def _remember(self, stream: LogStream) -> None:
        self._streams[stream.scope, stream.group][stream.name] = stream
