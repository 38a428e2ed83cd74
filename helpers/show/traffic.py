"""Who answered the customers, over time: a band for each version, errors on top, and stages below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import AMBER, BLUE, GREEN, RED, labelled, look

COLOURS = (BLUE, GREEN, AMBER, "#8a5cc0", "#008a98")
WIDTH, LEFT, RIGHT, TOP, PLOT, AXIS, ROW = 760, 56, 150, 34, 150, 26, 22
FEWEST, MOST, PER_SLICE = 12, 48, 4
"""A picture has so many slices of time at least and at most, and in each so many requests on average, if it can."""
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


@dataclass(frozen=True)
class _Slice:
    """What happened within one slice of time: requests by series, those that were hurt under HURT."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, series: str) -> float:
        return self.counts.get(series, 0) / self.total if self.total else 0.0


def traffic(visits: Sequence[Visit], title: str, *, stages: Sequence[Stage] = ()) -> Picture:
    """Return the shares of traffic over time, a band for each version (the newest on top), above it what failed.

    Args:
        visits: in any order; those that failed count as such, whichever version answered.
        stages: drawn as bars below, such as the deployments of a service.
    """
    start, end = _window(visits, stages)
    series = _series(visits)
    slices = _sliced(visits, start, end)
    height = TOP + PLOT + AXIS + ROW * len(stages)
    body = [_textures(), words(0, 16, title, extra=' font-weight="600"'), _axes(end - start)]
    body += [_band(name, number, series, slices) for number, name in enumerate(series)]
    body += _names(series, slices, visits)
    body += [_stage(stage, start, end, TOP + PLOT + AXIS + ROW * row) for row, stage in enumerate(stages)]
    text = _write(visits, series, slices, stages, title, start, end)
    return figure(svg(WIDTH, height, "".join(body), text.replace("\n", "; ")), text)


def _window(visits: Sequence[Visit], stages: Sequence[Stage]) -> tuple[float, float]:
    moments = [visit.moment for visit in visits] + [stage.start for stage in stages]
    moments += [stage.end for stage in stages if stage.end is not None]
    start, end = min(moments, default=0.0), max(moments, default=1.0)
    return start, max(end, start + 0.1)


def _series(visits: Sequence[Visit]) -> list[str]:
    """The versions by their first answer, and what failed above them all."""
    found = dict.fromkeys(
        visit.version or "no version" for visit in sorted(visits, key=lambda visit: visit.moment) if not visit.hurt
    )
    return [*found, HURT] if any(visit.hurt for visit in visits) else list(found)


def _sliced(visits: Sequence[Visit], start: float, end: float) -> list[_Slice]:
    number = min(max(len(visits) // PER_SLICE, FEWEST), MOST)
    counts: list[dict[str, int]] = [{} for _ in range(number)]
    for visit in visits:
        place = min(int((visit.moment - start) / (end - start) * number), number - 1)
        name = HURT if visit.hurt else visit.version or "no version"
        counts[place][name] = counts[place].get(name, 0) + 1
    return [_Slice(each) for each in counts]


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


def _axes(seconds: float) -> str:
    right, base = WIDTH - RIGHT, TOP + PLOT
    parts = [
        words(LEFT - 6, TOP + 4, "100 %", anchor="end", size=11),
        words(LEFT - 6, base, "0 %", anchor="end", size=11),
    ]
    parts.append(f'<path d="M{LEFT} {base} H{right}" stroke="currentColor" opacity=".5"/>')
    parts.append(words(LEFT, base + 16, "0 s", size=11))
    parts.append(words(right, base + 16, f"{seconds:.1f} s", anchor="end", size=11))
    return "".join(parts)


def _names(series: Sequence[str], slices: Sequence[_Slice], visits: Sequence[Visit]) -> list[str]:
    """The legend, from the top band down: a field in the series' colour and texture, its name and number."""
    drawn, x = [], WIDTH - RIGHT + 12
    for row, (number, name) in enumerate(reversed(list(enumerate(series)))):
        y, total = TOP + row * 20, sum(each.counts.get(name, 0) for each in slices)
        mark = "✘ " if name == HURT else ""
        drawn.append(_filled(f'rect x="{x}" y="{y}" width="14" height="12"', name, number))
        drawn.append(words(x + 20, y + 11, f"{mark}{_short(name)}: {total}", size=12))
    if not any(visit.hurt for visit in visits):
        drawn.append(words(x, TOP + len(series) * 20 + 11, "✔ nothing failed" if visits else "nobody came", size=12))
    return drawn


def _stage(stage: Stage, start: float, end: float, y: float) -> str:
    scale = (WIDTH - LEFT - RIGHT) / (end - start)
    x = LEFT + (stage.start - start) * scale
    width = max(((end if stage.end is None else stage.end) - stage.start) * scale, 3)
    seen = look(stage.status)
    bar = f'<rect x="{x:.1f}" y="{y + 4:g}" width="{width:.1f}" height="8" rx="2" fill="{seen.colour}"/>'
    return bar + words(WIDTH - RIGHT + 12, y + 12, f"{seen.mark} {_short(stage.name)}", size=12)


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17] + "…"


def _write(
    visits: Sequence[Visit],
    series: Sequence[str],
    slices: Sequence[_Slice],
    stages: Sequence[Stage],
    title: str,
    start: float,
    end: float,
) -> str:
    names = [*series, *(stage.name for stage in stages)]
    width = max(map(len, names), default=0)
    told = [f"{title} ({end - start:.1f} s, {len(visits)} requests)"]
    for name in reversed(series):
        line = "".join(_BARS[round(each.share(name) * 8)] for each in slices)
        told.append(f"  {name:<{width}}  |{line}|  {sum(each.counts.get(name, 0) for each in slices)}")
    if HURT not in series:
        told.append(f"  {'':<{width}}  {'nothing failed' if visits else 'nobody came'}")
    told += [
        f"  {stage.name:<{width}}  |{_drawn(stage, start, end, len(slices))}|  {labelled(stage.status)}"
        for stage in stages
    ]
    return "\n".join(told)


def _drawn(stage: Stage, start: float, end: float, places: int) -> str:
    scale = places / (end - start)
    first = min(int((stage.start - start) * scale), places - 1)
    last = places if stage.end is None else min(max(round((stage.end - start) * scale), first + 1), places)
    return (" " * first + "=" * (last - first)).ljust(places)
