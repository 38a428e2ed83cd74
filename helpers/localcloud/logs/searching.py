"""FilterLogEvents: a pattern over the streams of a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .filterpattern import Pattern
from .foundation import LogsFoundation, Request, pattern_of
from .model import LogEvent, LogStream
from .names import requested_group
from .positions import BEGINNING, END, Position, read_token, write_token
from .reading import PAGE, within_page

# Events that the column store hands over at once, and at most for one page, to be judged one by one.
_CHUNK = 20_000
_MOST = 400_000


class SearchingOperations(LogsFoundation):
    """Operations that search a group."""

    def filter_log_events(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, requested_group(scope, request))
        streams = self._searched(scope, group.name, request)
        pattern = pattern_of(request.get("filterPattern", ""))
        search = _Search(
            self._journal.select,
            pattern,
            [stream.number for stream in streams],
            start=max(request.get("startTime", 0), self._horizon(group)),
            end=request.get("endTime", END.t),
            newest_first=not request.get("startFromHead", True),
        )
        token = request.get("nextToken")
        position = read_token(token, "s")[1] if token else search.beginning
        events, rest = search.page(position, request.get("limit", PAGE)) if streams else ([], None)
        names = {stream.number: stream.name for stream in streams}
        return {
            "events": [
                {
                    "logStreamName": names[event.stream],
                    "timestamp": event.t,
                    "message": event.message,
                    "ingestionTime": event.ingested,
                    "eventId": event.id,
                }
                for event in events
            ],
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
        self, select: Any, pattern: Pattern, streams: list[int], *, start: int, end: int, newest_first: bool
    ) -> None:
        self._select = select
        self._matches = pattern.matches
        self._condition = pattern.condition()
        self._scope: list[Any] = [streams, start, end]
        self._newest_first = newest_first
        self.beginning = END if newest_first else BEGINNING

    def page(self, position: Position, limit: int) -> tuple[list[LogEvent], Position | None]:
        """Return at most `limit` matching events after `position`, and where to go on (None: that was all)."""
        found: list[LogEvent] = []
        seen = 0
        for chunk in self._chunks(position, limit):
            for event in chunk:
                if not self._condition.exact and not self._matches(event.message):
                    continue
                found.append(event)
                if len(found) > limit:
                    return self._cut(found[:limit])
            seen += len(chunk)
            if seen >= _MOST:
                kept, rest = self._cut(found)
                return kept, rest if len(kept) < len(found) else self._after(chunk[-1])
        kept = within_page(found)
        return (kept, None) if len(kept) == len(found) else (kept, self._after(kept[-1]))

    def _cut(self, found: list[LogEvent]) -> tuple[list[LogEvent], Position | None]:
        kept = within_page(found)
        return kept, self._after(kept[-1]) if kept else None

    def _chunks(self, position: Position, limit: int) -> Iterator[list[LogEvent]]:
        size = limit + 1 if self._condition.exact else _CHUNK
        while True:
            chunk = self._candidates(position, size)
            if chunk:
                yield chunk
            if len(chunk) < size:
                return
            position = self._after(chunk[-1])

    def _candidates(self, position: Position, size: int) -> list[LogEvent]:
        beyond = "(t < ? OR (t = ? AND seq <= ?))" if self._newest_first else "(t > ? OR (t = ? AND seq > ?))"
        found: list[LogEvent] = self._select(
            f"stream IN (SELECT unnest(?::BIGINT[])) AND t >= ? AND t <= ? AND {beyond} AND ({self._condition.sql})",
            [*self._scope, position.t, position.t, position.seq, *self._condition.parameters],
            order="t DESC, seq DESC" if self._newest_first else "t, seq",
            limit=size,
        )
        return found

    def _after(self, event: LogEvent) -> Position:
        return Position.before(event.t, event.seq) if self._newest_first else Position(event.t, event.seq)
