"""Who answered the customers, over time: a band for each version, errors on top, and stages below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import AMBER, BLUE, GREEN, RED, labelled, look

COLOURS = (BLUE, GREEN, AMBER, "#8a5cc0", "#008a98")
WIDTH, LEFT, RIGHT, TOP, PLOT, AXIS, ROW = 760, 56, 200, 34, 150, 26, 22
FEWEST, MOST, PER_SLICE = 4, 48, 4
"""A picture has so many slices of time at least and at most, and in each so many requests on average, if it can."""
LETTERS = 24
"""A name is shortened beyond so many letters, more than the longest lifecycle event has; they fit into RIGHT."""
WRITTEN = 24
"""In the text, slices are so wide that together they take so many characters at least: steps are short."""
HURT = "failed"
"""What the picture calls requests that hurt a customer."""
_BARS = " ▁▂▃▄▅▆▇█"
_TEXTURES = (
    "",
    '<path d="M0 6 L6 0" stroke="#fff" stroke-width="1.6"/>',
    '<circle cx="3" cy="3" r="1.4" fill="#fff"/>',
    '<path d="M3 0 V6" stroke="#fff" stroke-width="1.6"/>',
    '<path d="M0 3 H6" stroke="#fff" stroke-width="1.6"/>',
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request: when (epoch seconds), which version answered, and whether the customer was hurt."""

    moment: float
    version: str
    hurt: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """What was going on from `start` to `end` (epoch seconds; None: it still is); `status` as AWS spells it."""

    name: str
    start: float
    end: float | None
    status: str = "IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class _Window:
    """The time that is drawn, from `start` to `end` (epoch seconds), and how much faster than AWS's it went by."""

    start: float
    end: float
    time_scale: float

    @property
    def lasted(self) -> list[str]:
        """How long it is: in seconds, and in minutes of AWS's where those are others."""
        seconds = self.end - self.start
        minutes = seconds * self.time_scale / 60
        own = f"{seconds:.1f} s"
        return [own] if self.time_scale == 1 else [own, f"{minutes:.{0 if minutes >= 9.95 else 1}f} min of AWS's"]


@dataclass(frozen=True)
class _Slice:
    """Who answered within one slice of time: requests by series, those that were hurt under HURT."""

    counts: Counter[str]

    def share(self, series: str) -> float:
        return self.counts[series] / self.counts.total() if self.counts else 0.0


def traffic(
    visits: Sequence[Visit],
    title: str,
    *,
    stages: Sequence[Stage] = (),
    slices: int | None = None,
    time_scale: float = 1.0,
) -> Picture:
    """Return the shares of traffic over time, a band for each version (the newest on top), above it what failed.

    Args:
        visits: in any order; those that failed count as such, whichever version answered.
        stages: drawn as bars below, such as the deployments of a service.
        slices: into how many slices of the same length the time is cut, at least 1; by default as many as the
            visits can fill.
        time_scale: how much faster than AWS's the minutes passed; other than 1, the picture says how many those were.
    """
    window, series = _window(visits, stages, time_scale), _series(visits)
    cut, counts = _sliced(visits, window, slices), Counter(map(_name, visits))
    height = TOP + PLOT + AXIS + ROW * len(stages)
    body = [_textures(), words(0, 16, title, extra=' font-weight="600"'), _axes(window)]
    body += [_band(name, number, series, cut) for number, name in enumerate(series)]
    body += _names(series, counts)
    body += [_stage(stage, window, TOP + PLOT + AXIS + ROW * row) for row, stage in enumerate(stages)]
    text = "\n".join([_head(title, window, visits), *_write(series, counts, cut, stages, window)])
    return figure(svg(WIDTH, height, "".join(body), text.replace("\n", "; ")), text)


def _window(visits: Sequence[Visit], stages: Sequence[Stage], time_scale: float) -> _Window:
    moments = [visit.moment for visit in visits] + [stage.start for stage in stages]
    moments += [stage.end for stage in stages if stage.end is not None]
    start, end = min(moments, default=0.0), max(moments, default=1.0)
    return _Window(start, max(end, start + 0.1), time_scale)


def _name(visit: Visit) -> str:
    return HURT if visit.hurt else visit.version or "no version"


def _series(visits: Iterable[Visit]) -> list[str]:
    """The versions by their first answer, and what failed above them all."""
    found = dict.fromkeys(map(_name, sorted(visits, key=lambda visit: visit.moment)))
    return [*(name for name in found if name != HURT), *(name for name in found if name == HURT)]


def _sliced(visits: Sequence[Visit], window: _Window, wanted: int | None) -> list[_Slice]:
    number = min(max(len(visits) // PER_SLICE, FEWEST), MOST) if wanted is None else max(wanted, 1)
    counts: list[Counter[str]] = [Counter() for _ in range(number)]
    for visit in visits:
        place = min(int((visit.moment - window.start) / (window.end - window.start) * number), number - 1)
        counts[place][_name(visit)] += 1
    return list(_without_gaps(counts))


def _without_gaps(counts: Iterable[Counter[str]]) -> Iterator[_Slice]:
    """Repeat the slice before where nobody asked, or no answer is in yet: a request that gets none will have failed."""
    latest: Counter[str] = Counter()
    for each in counts:
        latest = each or latest
        yield _Slice(latest)


def _colour(name: str, number: int) -> str:
    return RED if name == HURT else COLOURS[number % len(COLOURS)]


def _textures() -> str:
    patterns = "".join(
        f'<pattern id="wb-version-{number}" width="6" height="6" patternUnits="userSpaceOnUse">{shape}</pattern>'
        for number, shape in enumerate(_TEXTURES)
        if shape
    )
    return f"<defs>{patterns}</defs>"


def _filled(shape: str, name: str, number: int) -> str:
    """Draw `shape` in a series' colour, with its texture on it."""
    texture = number % len(_TEXTURES)
    # Sharp edges: between neighbours that share one, the page would shine through.
    solid = f'<{shape} fill="{_colour(name, number)}" shape-rendering="crispEdges"/>'
    if name == HURT or not _TEXTURES[texture]:
        return solid
    return solid + f'<{shape} fill="url(#wb-version-{texture})" opacity=".5"/>'


def _band(name: str, number: int, series: Sequence[str], slices: Sequence[_Slice]) -> str:
    """One path for all slices: a step for each in which somebody came."""
    width, steps = (WIDTH - LEFT - RIGHT) / len(slices), []
    for place, each in enumerate(slices):
        below = sum(each.share(other) for other in series[:number])
        share = each.share(name)
        if share:
            left, bottom, top = LEFT + place * width, TOP + PLOT * (1 - below), TOP + PLOT * (1 - below - share)
            steps.append(f"M{left:.1f} {bottom:.1f} V{top:.1f} H{left + width:.1f} V{bottom:.1f} Z")
    return _filled(f'path d="{" ".join(steps)}"', name, number) if steps else ""


def _axes(window: _Window) -> str:
    right, base = WIDTH - RIGHT, TOP + PLOT
    parts = [
        words(LEFT - 6, TOP + 4, "100 %", anchor="end", size=11),
        words(LEFT - 6, base, "0 %", anchor="end", size=11),
    ]
    parts.append(f'<path d="M{LEFT} {base} H{right}" stroke="currentColor" opacity=".5"/>')
    parts.append(words(LEFT, base + 16, "0 s", size=11))
    own, *aws = window.lasted
    length = f"{own} ({aws[0]})" if aws else own
    parts.append(words(right, base + 16, length, anchor="end", size=11))
    return "".join(parts)


def _names(series: Sequence[str], counts: Counter[str]) -> list[str]:
    """The legend, from the top band down: a field in the series' colour and texture, its name and number."""
    drawn, x = [], WIDTH - RIGHT + 12
    for row, (number, name) in enumerate(reversed(list(enumerate(series)))):
        y, mark = TOP + row * 20, "✘ " if name == HURT else ""
        drawn.append(_filled(f'rect x="{x}" y="{y}" width="14" height="12"', name, number))
        drawn.append(words(x + 20, y + 11, f"{mark}{_short(name)}: {counts[name]}", size=12))
    if HURT not in series:
        drawn.append(words(x, TOP + len(series) * 20 + 11, "✔ nothing failed" if series else "nobody came", size=12))
    return drawn


def _stage(stage: Stage, window: _Window, y: float) -> str:
    scale = (WIDTH - LEFT - RIGHT) / (window.end - window.start)
    x = LEFT + (stage.start - window.start) * scale
    width = max(((window.end if stage.end is None else stage.end) - stage.start) * scale, 3)
    seen = look(stage.status)
    bar = f'<rect x="{x:.1f}" y="{y + 4:g}" width="{width:.1f}" height="8" rx="2" fill="{seen.colour}"/>'
    return bar + words(WIDTH - RIGHT + 12, y + 12, f"{seen.mark} {_short(stage.name)}", size=12)


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"


def _head(title: str, window: _Window, visits: Sequence[Visit]) -> str:
    return f"{title} ({', '.join([*window.lasted, f'{len(visits)} requests'])})"


def _write(
    series: Sequence[str], counts: Counter[str], slices: Sequence[_Slice], stages: Sequence[Stage], window: _Window
) -> list[str]:
    width = max(map(len, [*series, *(stage.name for stage in stages)]), default=0)
    wide = -(-WRITTEN // len(slices))
    told = []
    for name in reversed(series):
        line = "".join(_BARS[round(each.share(name) * 8)] * wide for each in slices)
        told.append(f"  {name:<{width}}  |{line}|  {counts[name]}")
    if HURT not in series:
        told.append(f"  {'':<{width}}  {'nothing failed' if series else 'nobody came'}")
    for stage in stages:
        bar = _drawn(stage, window, wide * len(slices))
        told.append(f"  {stage.name:<{width}}  |{bar}|  {labelled(stage.status)}")
    return told


def _drawn(stage: Stage, window: _Window, places: int) -> str:
    scale = places / (window.end - window.start)
    first = min(int((stage.start - window.start) * scale), places - 1)
    last = places if stage.end is None else min(max(round((stage.end - window.start) * scale), first + 1), places)
    return (" " * first + "=" * (last - first)).ljust(places)
