"""GetLogEvents: one stream, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence

from ..scope import Scope
from .batches import MAX_BYTES
from .foundation import LogsFoundation, Request
from .model import LogEvent
from .names import requested_group
from .positions import BEGINNING, END, Position, read_token, write_token

PAGE = 10_000
_AFTER = "(t > ? OR (t = ? AND seq > ?))"
_UP_TO = "(t < ? OR (t = ? AND seq <= ?))"


class ReadingOperations(LogsFoundation):
    """Operations that read one stream."""

    def get_log_events(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, requested_group(scope, request))
        stream = self._stream(scope, group.name, request["logStreamName"])
        forward, position = _start(request)
        start, end = max(request.get("startTime", 0), self._horizon(group)), request.get("endTime", END.t)
        events = within_page(
            self._journal.select(
                f"stream = ? AND t >= ? AND t < ? AND {_AFTER if forward else _UP_TO}",
                [stream.number, start, end, position.t, position.t, position.seq],
                order="t, seq" if forward else "t DESC, seq DESC",
                limit=request.get("limit", PAGE),
            )
        )
        return _document(events if forward else events[::-1], position)


def _start(request: Request) -> tuple[bool, Position]:
    """Return whether the reader goes forward, and from where."""
    if token := request.get("nextToken"):
        kind, position = read_token(token, "fb")
        return kind == "f", position
    return (True, BEGINNING) if request.get("startFromHead") else (False, END)


def _document(events: Sequence[LogEvent], position: Position) -> Request:
    before, after = _edges(events, position)
    return {
        "events": [
            {"timestamp": event.t, "message": event.message, "ingestionTime": event.ingested} for event in events
        ],
        "nextForwardToken": write_token("f", after),
        "nextBackwardToken": write_token("b", before),
    }


def within_page(events: Sequence[LogEvent]) -> list[LogEvent]:
    """Return as many of `events` as fit into one answer of 1 MB; at least one, so that reading goes on."""
    size = 0
    for count, event in enumerate(events):
        size += len(event.message) if event.message.isascii() else len(event.message.encode())
        if size > MAX_BYTES and count:
            return list(events[:count])
    return list(events)


def _edges(events: Sequence[LogEvent], position: Position) -> tuple[Position, Position]:
    """Return the gaps before and after `events` (in order of time); without any, the reader stays where it is."""
    if events:
        return Position.before(events[0].t, events[0].seq), Position(events[-1].t, events[-1].seq)
    # From the very end nothing would ever come; what comes next is after the beginning of an empty stream.
    return position, BEGINNING if position == END else position
