"""FilterLogEvents: a pattern over the streams of a group."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .filterpattern import Pattern
from .foundation import LogsFoundation, Request, pattern_of
from .journal import Journal, Sifted
from .model import LogEvent, LogStream
from .names import requested_group
from .positions import BEGINNING, END, Position, read_token, write_token
from .reading import PAGE, within_page

# Events that the column store hands over at once, and at most for one page, to be judged one by one.
_CHUNK = 50_000
_MOST = 400_000


class SearchingOperations(LogsFoundation):
    """Operations that search a group."""

    def filter_log_events(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, requested_group(scope, request))
        streams = self._searched(scope, group.name, request)
        search = _Search(
            self._journal,
            pattern_of(request.get("filterPattern", "")),
            [stream.number for stream in streams],
            start=max(request.get("startTime", 0), self._horizon(group)),
            end=request.get("endTime", END.t),
            newest_first=not request.get("startFromHead", True),
        )
        token = request.get("nextToken")
        position = read_token(token, "s")[1] if token else search.beginning
        events, rest = search.page(position, request.get("limit", PAGE))
        names = {stream.number: stream.name for stream in streams}
        return {
            "events": [_document(event, names[event.stream]) for event in events],
            # Since 2020 AWS leaves this list empty.
            "searchedLogStreams": [],
            "nextToken": write_token("s", rest) if rest else None,
        }

    def _searched(self, scope: Scope, group: str, request: Request) -> list[LogStream]:
        names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
        if names and prefix:
            raise ServiceError(
                "InvalidParameterException",
                "logStreamNames and logStreamNamePrefix are mutually exclusive; give one of them.",
            )
        if names:
            return [self._stream(scope, group, name) for name in dict.fromkeys(names)]
        return [stream for stream in self._journal.streams(scope, group) if stream.name.startswith(prefix or "")]


class _Search:
    """One search, page by page."""

    def __init__(
        self, journal: Journal, pattern: Pattern, streams: list[int], *, start: int, end: int, newest_first: bool
    ) -> None:
        self._journal = journal
        self._condition = pattern.condition()
        self._keep = None if self._condition.exact else pattern.matches
        self._scope: list[Any] = [streams, start, end]
        self._newest_first = newest_first
        self.beginning = END if newest_first else BEGINNING

    def page(self, position: Position, limit: int) -> tuple[list[LogEvent], Position | None]:
        """Return at most `limit` matching events after `position`, and where to go on (None: that was all)."""
        found: list[LogEvent] = []
        size = limit + 1 if self._keep is None else _CHUNK
        seen = 0
        while seen < _MOST:
            chunk = self._sift(position, size)
            found += chunk.events
            seen += chunk.seen
            if len(found) > limit:
                return self._cut(found[:limit], None)
            if chunk.last is None or chunk.seen < size:
                kept, rest = self._cut(found, None)
                return kept, rest if len(kept) < len(found) else None
            position = self._after(chunk.last)
        return self._cut(found, position)

    def _cut(self, found: list[LogEvent], beyond: Position | None) -> tuple[list[LogEvent], Position | None]:
        """Return what fits into one answer and where to go on: at `beyond` (if there is one) when all of it fits."""
        kept = within_page(found)
        if len(kept) == len(found) and beyond is not None:
            return kept, beyond
        return kept, self._after(kept[-1]) if kept else None

    def _sift(self, position: Position, size: int) -> Sifted:
        beyond = "(t < ? OR (t = ? AND seq <= ?))" if self._newest_first else "(t > ? OR (t = ? AND seq > ?))"
        return self._journal.sift(
            f"stream IN (SELECT unnest(?::BIGINT[])) AND t >= ? AND t <= ? AND {beyond} AND ({self._condition.sql})",
            [*self._scope, position.t, position.t, position.seq, *self._condition.parameters],
            order="t DESC, seq DESC" if self._newest_first else "t, seq",
            limit=size,
            keep=self._keep,
        )

    def _after(self, event: LogEvent) -> Position:
        return Position.before(event.t, event.seq) if self._newest_first else Position(event.t, event.seq)


def _document(event: LogEvent, stream: str) -> Request:
    return {
        "logStreamName": stream,
        "timestamp": event.t,
        "message": event.message,
        "ingestionTime": event.ingested,
        "eventId": event.id,
    }
