"""A trace in time: a row for each piece of work, with what it did itself, what it waited for, and what decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import BLUE

WIDTH, LABELS, TOLD, ROW, TOP = 920, 290, 210, 24, 30
TEXT_WIDTH = 30
INDENT = 12
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_MARKS = {"ok": "", "error": "! ", "throttle": "! ", "fault": "✘ "}
_LEGEND = "filled: its own work · outlined: it waits for others · ◆ and a line below: decides how long the whole takes"


@dataclass(frozen=True, slots=True)
class Work:
    """One row. Times are seconds from the beginning of the trace.

    Args:
        label: who did what.
        start: when it began.
        end: when it ended.
        own: when it worked by itself and waited for nobody.
        critical: the parts of its own work that lie on the critical path.
        depth: how deep it is nested.
        outcome: "ok", "error", "throttle" or "fault".
    """

    label: str
    start: float
    end: float
    own: Sequence[tuple[float, float]] = ()
    critical: Sequence[tuple[float, float]] = ()
    depth: int = 0
    outcome: str = "ok"


def waterfall(rows: Iterable[Work], title: str) -> Picture:
    """Return the rows as a waterfall, in the order given."""
    works = list(rows)
    length = max((work.end for work in works), default=0.0) or 1.0
    return figure(_draw(works, length, title), _write(works, length, title))


def milliseconds(seconds: float) -> str:
    """Return seconds as a person says the time of a request: '0.4 ms', '12 ms', '1240 ms'."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 9.95 else f"{value:.0f} ms"


def _total(intervals: Sequence[tuple[float, float]]) -> float:
    return sum(end - start for start, end in intervals)


def _label(work: Work) -> str:
    return f"{_MARKS.get(work.outcome, '')}{work.label}"


def _told(work: Work) -> str:
    """Say how long it took, how much of that was its own work, and whether that decided."""
    mark = "◆ " if work.critical else ""
    return f"{milliseconds(work.end - work.start)}, {mark}own {milliseconds(_total(work.own))}"


def _draw(works: Sequence[Work], length: float, title: str) -> str:
    height = TOP + ROW * len(works) + 48
    scale = (WIDTH - LABELS - TOLD) / length
    body = [words(0, 16, title, extra=' font-weight="600"'), _axis(length, scale, TOP + ROW * len(works) + 4)]
    body += [_draw_row(work, TOP + ROW * number, scale) for number, work in enumerate(works)]
    body.append(words(0, height - 6, _LEGEND, size=11))
    return svg(WIDTH, height, "".join(body), f"{title}: " + "; ".join(_sentence(work) for work in works))


def _draw_row(work: Work, y: float, scale: float) -> str:
    x, width = LABELS + work.start * scale, max((work.end - work.start) * scale, 2)
    indent = INDENT * min(work.depth, 8)
    label = words(indent, y + 14, _fit(_label(work), round((LABELS - indent - 8) / 6.8)), size=12)
    frame = f'<rect x="{x:g}" y="{y + 3:g}" width="{width:g}" height="14" rx="2" fill="none" stroke="{BLUE}"/>'
    filled = _stripes(work.own, y + 3, 14, scale, f'fill="{BLUE}"')
    decides = _stripes(work.critical, y + 19, 3, scale, 'fill="currentColor"')
    told = words(max(x + width, LABELS) + 6, y + 14, _told(work), size=12)
    return label + frame + filled + decides + told


def _stripes(intervals: Sequence[tuple[float, float]], y: float, height: float, scale: float, paint: str) -> str:
    """Draw one path for all intervals of a row."""
    parts = [
        f"M{LABELS + start * scale:g} {y:g}h{max((end - start) * scale, 0.5):g}v{height:g}"
        f"h{-max((end - start) * scale, 0.5):g}z"
        for start, end in intervals
    ]
    return f'<path d="{"".join(parts)}" {paint}/>' if parts else ""


def _axis(length: float, scale: float, y: float) -> str:
    step = next((step for step in _STEPS if length / step <= 6), length)
    marks = []
    for number in range(int(length / step + 1e-9) + 1):
        x = LABELS + number * step * scale
        marks.append(f'<path d="M{x:g} {TOP - 4} V{y:g}" stroke="currentColor" opacity=".2"/>')
        marks.append(words(x, y + 13, f"{number * step:g} s", anchor="middle", size=11))
    return "".join(marks)


def _fit(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _sentence(work: Work) -> str:
    decides = ", on the critical path" if work.critical else ""
    outcome = f" {work.outcome}" if work.outcome != "ok" else ""
    took, own = milliseconds(work.end - work.start), milliseconds(_total(work.own))
    return f"{work.label}{outcome} took {took}, {own} of it own work{decides}"


def _write(works: Sequence[Work], length: float, title: str) -> str:
    names = ["  " * work.depth + _label(work) for work in works]
    width = max(map(len, names), default=0)
    lines = [title]
    for name, work in zip(names, works, strict=True):
        before = min(round(work.start / length * TEXT_WIDTH), TEXT_WIDTH)
        filled = max(round((work.end - work.start) / length * TEXT_WIDTH), 1)
        drawn = (" " * before + "=" * filled)[: TEXT_WIDTH + 1]
        lines.append(f"  {name:<{width}}  |{drawn:<{TEXT_WIDTH + 1}}|  {_told(work)}")
    return "\n".join([*lines, "  ◆ its own work decides how long the whole takes"])
