"""What happened when: bars on a time axis, one row each, with the status as symbol, word, colour and hatch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import NOT_STARTED, bar, hatch_definitions, labelled

WIDTH, LABELS, TOLD, ROW, TOP = 760, 190, 190, 30, 34
TEXT_WIDTH = 30
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)


@dataclass(frozen=True, slots=True)
class Span:
    """One bar: `start` and `end` are moments; without a start the step has not begun."""

    label: str
    status: str = NOT_STARTED
    start: datetime | None = None
    end: datetime | None = None
    group: str = ""

    @property
    def seconds(self) -> float | None:
        if self.start is None or self.end is None:
            return None
        return max((self.end - self.start).total_seconds(), 0.0)


def timeline(spans: Iterable[Span], title: str) -> Picture:
    """Return the spans as a timeline in real time; a span still going on (no end) reaches the last moment known."""
    rows = list(spans)
    moments = [moment for span in rows for moment in (span.start, span.end) if moment is not None]
    origin = min(moments) if moments else None
    length = max((max(moments) - min(moments)).total_seconds(), 0.1) if moments else 1.0
    placed = [(span, *_place(span, origin, length)) for span in rows]
    return figure(_draw(placed, length, title), _write(placed, length, title))


Placed = tuple[Span, float, float]
"""A span with its begin and end in seconds from the first moment."""


def _place(span: Span, origin: datetime | None, length: float) -> tuple[float, float]:
    if span.start is None or origin is None:
        return 0.0, 0.0
    begin = (span.start - origin).total_seconds()
    end = length if span.end is None else (span.end - origin).total_seconds()
    return begin, max(end, begin)


def duration(seconds: float | None) -> str:
    """Return seconds as a person says them: '0.4 s', '12 s', '2 min 5 s'."""
    if seconds is None:
        return ""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _ending(span: Span) -> str:
    lasted = duration(span.seconds)
    return f"{labelled(span.status)}{', ' if lasted else ''}{lasted}"


def _draw(rows: Sequence[Placed], length: float, title: str) -> str:
    height = TOP + ROW * len(rows) + 30
    scale = (WIDTH - LABELS - TOLD) / length
    body = [
        hatch_definitions(),
        words(0, 16, title, extra=' font-weight="600"'),
        _axis(length, scale, height - 24),
    ]
    for number, (span, begin, end) in enumerate(rows):
        y = TOP + ROW * number
        fresh = span.group and (number == 0 or rows[number - 1][0].group != span.group)
        if fresh and number:
            body.append(f'<path d="M0 {y - 3} H{WIDTH}" stroke="currentColor" opacity=".15"/>')
        body.append(_draw_row(span, y, LABELS + begin * scale, max((end - begin) * scale, 3)))
    return svg(WIDTH, height, "".join(body), f"{title}: " + "; ".join(_sentence(row[0]) for row in rows))


def _draw_row(span: Span, y: float, x: float, width: float) -> str:
    name = f"{span.group} / {span.label}" if span.group else span.label
    label = words(LABELS - 8, y + 16, _short(name, 27), anchor="end")
    outline = 24 if span.status == NOT_STARTED else width
    return label + bar(x, y + 3, outline, 18, span.status) + words(x + outline + 6, y + 16, _ending(span), size=12)


def _axis(length: float, scale: float, y: float) -> str:
    step = next((step for step in _STEPS if length / step <= 6), _STEPS[-1])
    marks = [f'<path d="M{LABELS} {y:g} H{LABELS + length * scale:g}" stroke="currentColor" opacity=".5"/>']
    for number in range(int(length / step + 1e-9) + 1):
        x = LABELS + number * step * scale
        marks.append(f'<path d="M{x:g} {TOP} V{y + 4:g}" stroke="currentColor" opacity=".2"/>')
        marks.append(words(x, y + 17, _tick(number * step), anchor="middle", size=11))
    return "".join(marks)


def _tick(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 7200 else f"{seconds / 3600:g} h"


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _sentence(span: Span) -> str:
    lasted = duration(span.seconds)
    name = f"{span.group} / {span.label}" if span.group else span.label
    return f"{name} {span.status}" + (f" after {lasted}" if lasted else "")


def _write(rows: Sequence[Placed], length: float, title: str) -> str:
    names = [f"{span.group} / {span.label}" if span.group else span.label for span, _, _ in rows]
    width = max(map(len, names), default=0)
    lines = [title]
    for name, (span, begin, end) in zip(names, rows, strict=True):
        before = round(begin / length * TEXT_WIDTH)
        filled = max(round((end - begin) / length * TEXT_WIDTH), 1) if span.start else 0
        drawn = (" " * before + "=" * filled)[: TEXT_WIDTH + 1]
        lines.append(f"  {name:<{width}}  |{drawn:<{TEXT_WIDTH + 1}}|  {_ending(span)}")
    lines.append(f"  {'':<{width}}  0 s{duration(length):>{TEXT_WIDTH - 1}}")
    return "\n".join(lines)
