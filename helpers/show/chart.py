"""Numbers over time: lines told apart by dash, mark and name, limits, and a band of states below."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import AMBER, BLUE, GREEN, GREY, RED

COLOURS = (BLUE, AMBER, GREEN, "#8a5cc0", "#008a98", RED, "#c05a90", GREY)
_DASHES = ("", "6 3", "2 3", "8 3 2 3")
# Square, triangle, diamond and disc, each around the point where its path begins.
_MARKS = (
    "m-3.5 -3.5 h7 v7 h-7 z", "m0 -4.5 l4.5 8 h-9 z", "m0 -4.5 l4.5 4.5 l-4.5 4.5 l-4.5 -4.5 z",
    "m-3.5 0 a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0 z",
)  # fmt: skip
_STATES = {"OK": ("✔", GREEN), "ALARM": ("✘", RED), "INSUFFICIENT_DATA": ("?", GREY)}
_BARS = "▁▂▃▄▅▆▇█"
WIDTH, LEFT, RIGHT, TOP, BOTTOM, BAND = 760, 56, 130, 30, 26, 28
# With less room than this from point to point the line alone is easier to read.
_MARKED = 8
# How wide a limit's letter is, how far its name reaches up and down from the baseline, how far it is from the rule,
# and how far a mark reaches around its point.
_LETTER, _UP, _DOWN, _APART, _REACH = 6, 9, 2, 5, 4.5


@dataclass(frozen=True, slots=True)
class Line:
    """A series: `values` at `times` (epoch seconds); a longer pause than usual between two is a gap.

    What is `held` stays as it is until the next time, however long: a count of what is there, say.
    """

    name: str
    times: Sequence[float]
    values: Sequence[float]
    held: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A horizontal line, such as an alarm's threshold."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class State:
    """What an alarm was from one moment to another (epoch seconds)."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Frame:
    """Where numbers lie in the drawing: the span of time and of values, and the size of the plot."""

    start: float
    end: float
    low: float
    high: float
    width: float
    height: float
    limits: Sequence[Limit] = field(default=())

    def x(self, moment: float) -> float:
        return LEFT + (moment - self.start) / max(self.end - self.start, 1e-9) * self.width

    def y(self, value: float) -> float:
        return TOP + (self.high - value) / max(self.high - self.low, 1e-9) * self.height


def chart(
    lines: Sequence[Line],
    title: str,
    *,
    unit: str = "",
    limits: Sequence[Limit] = (),
    states: Sequence[State] = (),
    window: tuple[float, float] | None = None,
    width: int = WIDTH,
    height: int = 210,
) -> Picture:
    """Return a chart of `lines`, with `limits` across it and the `states` of an alarm below.

    Args:
        unit: what the values are in, such as "ms".
        window: the first and the last moment shown, in epoch seconds; by default all that there is.
        width, height: of the drawing, in its own units (pixels at full size).
    """
    frame = _frame(lines, limits, states, window, width, height - (BAND if states else 0))
    heading = f"{title} ({unit})" if unit else title
    body = [words(0, 16, heading, extra=' font-weight="600"'), _axes(frame)]
    body += [_limit(limit, lines, frame) for limit in limits]
    body += [_line(line, index, frame) for index, line in enumerate(lines)]
    body += _names(lines, frame)
    body += [_state(state, frame, height - BAND) for state in states]
    text = _write(lines, heading, limits, states)
    return figure(svg(width, height, "".join(body), text.replace("\n", "; ")), text)


def _frame(
    lines: Sequence[Line],
    limits: Sequence[Limit],
    states: Sequence[State],
    window: tuple[float, float] | None,
    width: float,
    height: float,
) -> Frame:
    moments = [moment for line in lines for moment in line.times]
    moments += [moment for state in states for moment in (state.start, state.end)]
    start, end = window or (min(moments, default=0.0), max(moments, default=1.0))
    values = [value for line in lines for value in line.values] + [limit.value for limit in limits]
    low, high = min([0.0, *values]), max(values, default=1.0)
    room = (high - low) * 0.08 or 1.0
    return Frame(start, end, low, high + room, width - LEFT - RIGHT, height - TOP - BOTTOM, limits)


def _axes(frame: Frame) -> str:
    base = TOP + frame.height
    parts = [f'<path d="M{LEFT} {base:g} H{LEFT + frame.width:g}" stroke="currentColor" opacity=".5"/>']
    for value in _round_values(frame.low, frame.high):
        y = frame.y(value)
        parts.append(f'<path d="M{LEFT} {y:g} H{LEFT + frame.width:g}" stroke="currentColor" opacity=".12"/>')
        parts.append(words(LEFT - 6, y + 4, f"{value:,.6g}", anchor="end", size=11))
    parts.append(words(LEFT, base + 16, "0 s", size=11))
    length = f"{frame.end - frame.start:.0f} s"
    parts.append(words(LEFT + frame.width, base + 16, length, anchor="end", size=11))
    return "".join(parts)


def _round_values(low: float, high: float) -> list[float]:
    """Four or so round numbers between `low` and `high`."""
    step = 10.0 ** len(str(int(high - low))) if high - low >= 1 else 1.0
    while (high - low) / step < 3:
        step /= 2 if f"{step:e}"[0] in "12" else 2.5
        if step < 1e-12:
            return [low]
    first = -(-low // step)
    return [(first + index) * step for index in range(int((high - first * step) / step) + 1)]


def _line(line: Line, index: int, frame: Frame) -> str:
    path = _path(line, frame)
    if not path:
        return ""
    colour, dash = COLOURS[index % len(COLOURS)], _DASHES[index % len(_DASHES)]
    style = f'stroke="{colour}" stroke-width="2" fill="none" stroke-linejoin="round" stroke-dasharray="{dash}"'
    points = _points(line, _MARKS[index % len(_MARKS)], frame)
    marked = len(line.values) * _MARKED <= frame.width
    return f'<path d="{path}" {style}/>' + (f'<path d="{points}" fill="{colour}"/>' if marked else "")


def _points(line: Line, mark: str, frame: Frame) -> str:
    return " ".join(f"M{frame.x(moment):.1f} {frame.y(value):.1f} {mark}" for moment, value in _shown(line, frame))


def _shown(line: Line, frame: Frame) -> list[tuple[float, float]]:
    return [(t, v) for t, v in zip(line.times, line.values, strict=True) if frame.start <= t <= frame.end]


def _path(line: Line, frame: Frame) -> str:
    if line.held:
        return " ".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(_drawn(line, frame)))
    shown = _shown(line, frame)
    pauses = sorted(after - before for (before, _), (after, _) in itertools.pairwise(shown))
    usual = pauses[len(pauses) // 2] if pauses else 0.0
    parts, before = [], None
    for moment, value in shown:
        joined = before is not None and moment - before <= usual * 1.5
        place = f"{frame.x(moment):.1f} {frame.y(value):.1f}"
        parts.append(f"L{place}" if joined else f"M{place} h.1")
        before = moment
    return " ".join(parts)


def _drawn(line: Line, frame: Frame) -> list[tuple[float, float]]:
    """The points of a line in the drawing, and the corners of one that is held."""
    points = [(frame.x(moment), frame.y(value)) for moment, value in _shown(line, frame)]
    if not line.held:
        return points
    corners = [(after[0], before[1]) for before, after in itertools.pairwise(points)]
    return [place for pair in itertools.zip_longest(points, corners) for place in pair if place]


def _names(lines: Sequence[Line], frame: Frame) -> list[str]:
    """The names stand at the ends of their lines, moved apart where they would overlap."""
    x, drawn = LEFT + frame.width + 10, []
    ends = sorted((frame.y(line.values[-1]), index) for index, line in enumerate(lines) if len(line.values))
    lowest = TOP
    for y, index in ends:
        lowest = max(lowest, int(y))
        colour = COLOURS[index % len(COLOURS)]
        drawn.append(
            f'<path d="M{x:g} {lowest} {_MARKS[index % len(_MARKS)]}" fill="{colour}"/>'
            + words(x + 10, lowest + 4, _short(lines[index].name), size=12)
        )
        lowest += 15
    return drawn


def _limit(limit: Limit, lines: Sequence[Line], frame: Frame) -> str:
    """A rule, and its name where no line crosses it: on the left or the right, above or, with room for it, below."""
    y, right = frame.y(limit.value), LEFT + frame.width
    rule = f'<path d="M{LEFT} {y:.1f} H{right:g}" stroke="{RED}" stroke-dasharray="4 4"/>'
    long, above, below = len(limit.name) * _LETTER, y - _APART - _DOWN, y + _APART + _UP
    bases = [above, below] if below + _DOWN < TOP + frame.height else [above]
    sides = {"start": LEFT + 4, "end": right - 4 - long}
    places = [(anchor, base) for anchor in sides for base in bases]
    free = [place for place in places if not _is_crossed(sides[place[0]], place[1], long, lines, frame)]
    anchor, base = next(iter(free), places[0])
    return rule + words(LEFT + 4 if anchor == "start" else right - 4, base, limit.name, anchor=anchor, size=11)


def _is_crossed(x: float, base: float, long: float, lines: Sequence[Line], frame: Frame) -> bool:
    """Whether a line or a mark on it meets the words of `long` drawing units that begin at (`x`, `base`)."""
    top, bottom = base - _UP - _REACH, base + _DOWN + _REACH
    for line in lines:
        drawn = _drawn(line, frame)
        for before, after in itertools.pairwise([*drawn[:1], *drawn]):
            heights = _between(before, after, x - _REACH, x + long + _REACH)
            if heights and min(heights) < bottom and max(heights) > top:
                return True
    return False


def _between(
    before: tuple[float, float], after: tuple[float, float], left: float, right: float
) -> tuple[float, float] | None:
    """The heights at which a stroke enters and leaves what lies between `left` and `right`; None if it does not."""
    (start, first), (end, last) = before, after
    if end < left or start > right:
        return None
    slope = (last - first) / (end - start) if end > start else 0.0
    return first + (max(left, start) - start) * slope, last - (end - min(right, end)) * slope


def _state(state: State, frame: Frame, y: float) -> str:
    start, end = frame.x(max(state.start, frame.start)), frame.x(min(state.end, frame.end))
    if end <= start:
        return ""
    mark, colour = _STATES.get(state.name, ("·", GREY))
    bar = f'<rect x="{start:.1f}" y="{y + 6:g}" width="{end - start:.1f}" height="5" fill="{colour}"/>'
    room = (end - start) // 7
    label = f"{mark} {state.name}" if room > len(state.name) + 2 else mark
    return bar + words(start, y + 22, label, size=11)


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"


def _write(lines: Sequence[Line], heading: str, limits: Sequence[Limit], states: Sequence[State]) -> str:
    width = max((len(line.name) for line in lines), default=0)
    told = [heading]
    told += [f"  {line.name:<{width}}  {_summary(line)}" for line in lines]
    told += [f"  limit {limit.name}: {limit.value:g}" for limit in limits]
    if states:
        told.append("  states: " + " -> ".join(state.name for state in states))
    return "\n".join(told)


def _summary(line: Line) -> str:
    if not len(line.values):
        return "no data"
    low, high = min(line.values), max(line.values)
    return f"{_spark(line.values)}  from {low:.4g} to {high:.4g}, last {line.values[-1]:.4g}"


def _spark(values: Sequence[float], most: int = 40) -> str:
    low, high = min(values), max(values)
    step = max(len(values) / most, 1)
    picked = [values[int(index * step)] for index in range(int(len(values) / step))]
    return "".join(_BARS[round((value - low) / ((high - low) or 1) * 7)] for value in picked)
