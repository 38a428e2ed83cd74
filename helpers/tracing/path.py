"""Where the time of a trace goes: own work, waiting, and the chain of work that decided how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from helpers.tracing.tree import Span

Interval = tuple[float, float]

# Times are floating-point epoch seconds: what is nearer than this is the same moment.
_SAME = 1e-6


@dataclass(frozen=True)
class Piece:
    """A stretch of the critical path: from `start` to `end` (epoch seconds) all else waited for `span`'s own work."""

    span: Span
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def awaited(span: Span) -> list[Span]:
    """Return the children that `span` waited for: one still at work when `span` ended was not (it was only started)."""
    return [child for child in span.children if child.start < child.end <= span.end + _SAME]


def own_intervals(span: Span) -> list[Interval]:
    """Return when `span` worked by itself: its time minus the union of the children that it waited for."""
    found: list[Interval] = []
    cursor = span.start
    for start, end in sorted((child.start, child.end) for child in awaited(span)):
        if start > cursor:
            found.append((cursor, min(start, span.end)))
        cursor = max(cursor, end)
    if cursor < span.end:
        found.append((cursor, span.end))
    return found


def self_time(span: Span) -> float:
    """Return the seconds that `span` worked by itself."""
    return sum(end - start for start, end in own_intervals(span))


def critical_path(root: Span) -> list[Piece]:
    """Return the pieces of work that decided how long `root` took, in order; together they are as long as it is.

    Found from the end: what ended last was waited for last, and before it began, whatever had ended last by then. Of
    children side by side only the one that ended last counts: making another one faster changes nothing.
    """
    return list(reversed(list(_backwards(root, root.start, root.end))))


def _backwards(span: Span, since: float, until: float) -> Iterator[Piece]:
    cursor = until
    waiting = awaited(span)
    while cursor > since:
        begun = [child for child in waiting if child.start < cursor]
        if not begun:
            break
        last = max(begun, key=lambda child: (min(child.end, cursor), -child.start, child.id))
        waiting.remove(last)
        end, start = min(last.end, cursor), max(last.start, since)
        if end <= since:
            break
        if cursor > end:
            yield Piece(span, end, cursor)
        yield from _backwards(last, start, end)
        cursor = start
    if cursor > since:
        yield Piece(span, since, cursor)


def seconds_by_service(pieces: Iterable[Piece]) -> dict[str, float]:
    """Return how long each service's own work lies on a critical path, the longest first."""
    found: dict[str, float] = {}
    for piece in pieces:
        found[piece.span.service] = found.get(piece.span.service, 0.0) + piece.seconds
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def bottleneck(root: Span) -> str:
    """Return the service whose own work fills most of the critical path."""
    return next(iter(seconds_by_service(critical_path(root))), root.service)
