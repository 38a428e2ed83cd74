"""A picture that sets ways of releasing one below the other, each from the first customer who was hurt on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import BLUE, GREEN, RED

WIDTH, LEFT, STRIPS, TOP, HEIGHT, GAP = 760, 92, 336, 48, 46, 16
"""In drawing units; STRIPS is how wide the strips are, and what is told in numbers stands to their right."""
COUNT, ALARM, LAST, LONGEST = 446, 580, 672, 60
"""Where the three columns begin, and how long the bar of the most requests hurt is."""
SLICES, TICKS = 40, 6
_BARS = " ▁▂▃▄▅▆▇█"
_DASHED = ' stroke-dasharray="4 3"'


@dataclass(frozen=True)
class Row:
    """One way: each request by its minute since the first hurt and whether it hurt; the alarm; the last hurt."""

    name: str
    visits: Sequence[tuple[float, bool]]
    detected: float | None
    recovered: float | None

    @property
    def hurt(self) -> int:
        return sum(hurt for _, hurt in self.visits)


def picture(rows: Sequence[Row], title: str) -> Picture:
    """Return the comparison: a strip for each row, as high as the share of customers who were hurt, and its numbers."""
    end = max([row.recovered or 0.0 for row in rows] + [row.detected or 0.0 for row in rows], default=0.0) * 1.05 + 0.2
    most = max([row.hurt for row in rows], default=0)
    body = [words(0, 16, title, extra=' font-weight="600"'), *_heads()]
    for number, row in enumerate(rows):
        y = TOP + number * (HEIGHT + GAP)
        body += [_strip(row, y, end), _numbers(row, y, most)]
    bottom = TOP + len(rows) * (HEIGHT + GAP)
    body += _minutes_below(end, bottom)
    text = "\n".join([f"{title} (0 to {end:.1f} min of AWS's from the first hurt customer on)", *_written(rows, end)])
    return figure(svg(WIDTH, bottom + 26, "".join(body), text.replace("\n", "; ")), text)


def _heads() -> list[str]:
    """What stands above the strips and the columns; the marks of the strips stand before their words."""
    y = TOP - 12
    return [
        words(LEFT, y, "share of the customers hurt", size=11), words(COUNT, y, "requests hurt", size=11),
        _line(ALARM + 2, y - 10, 13, BLUE, _DASHED), words(ALARM + 9, y, "alarm after", size=11),
        _line(LAST + 2, y - 10, 13, GREEN), words(LAST + 9, y, "last hurt after", size=11),
    ]  # fmt: skip


def _minutes_below(end: float, y: float) -> list[str]:
    step = math.ceil(end / TICKS)
    drawn = [
        words(_x(minute, end), y + 2, f"{minute}", anchor="middle", size=11) for minute in range(0, int(end) + 1, step)
    ]
    return [*drawn, words(LEFT, y + 20, "minutes of AWS's since the first customer was hurt", size=11)]


def _x(minute: float, end: float) -> float:
    return LEFT + minute / end * STRIPS


def _shares(row: Row, end: float) -> list[float]:
    """The share of the requests in each slice that hurt."""
    counts = [[0, 0] for _ in range(SLICES)]
    for minute, hurt in row.visits:
        if 0 <= minute < end:
            place = counts[int(minute / end * SLICES)]
            place[0] += 1
            place[1] += hurt
    return [hurt / total if total else 0.0 for total, hurt in counts]


def _strip(row: Row, y: float, end: float) -> str:
    wide, base = STRIPS / SLICES, y + HEIGHT
    parts = [words(LEFT - 10, y + HEIGHT / 2 + 5, row.name, anchor="end")]
    parts += [
        words(LEFT - 10, y + 8, "100 %", anchor="end", size=10),
        words(LEFT - 10, base, "0", anchor="end", size=10),
    ]
    parts.append(f'<path d="M{LEFT} {base:g} h{STRIPS}" stroke="currentColor" opacity=".6"/>')
    parts.append(f'<path d="M{LEFT} {y:g} h{STRIPS}" stroke="currentColor" opacity=".2"/>')
    for place, share in enumerate(_shares(row, end)):
        if share:
            x, tall = LEFT + place * wide, HEIGHT * share
            place_of = f'x="{x:.1f}" y="{base - tall:.1f}" width="{wide:.2f}" height="{tall:.1f}"'
            # Sharp edges: between neighbours that share one, the page would shine through.
            parts.append(f'<rect {place_of} fill="{RED}" shape-rendering="crispEdges"/>')
    if row.detected is not None:
        parts.append(_line(_x(row.detected, end), y - 4, HEIGHT + 8, BLUE, _DASHED))
    if row.recovered is not None:
        parts.append(_line(_x(row.recovered, end), y - 4, HEIGHT + 8, GREEN))
    return "".join(parts)


def _line(x: float, y: float, tall: float, colour: str, dashes: str = "") -> str:
    return f'<path d="M{x:.1f} {y:g} v{tall:g}" stroke="{colour}" stroke-width="2.5"{dashes}/>'


def _numbers(row: Row, y: float, most: int) -> str:
    """The three numbers of a row, the first with a bar beside it."""
    middle, long = y + HEIGHT / 2 + 5, LONGEST * row.hurt / max(most, 1)
    bar = f'<rect x="{COUNT}" y="{middle - 10:.1f}" width="{long:.1f}" height="12" fill="{RED}"/>'
    return "".join([
        bar, words(COUNT + long + 6, middle, f"✘ {row.hurt}"),
        words(ALARM, middle, _minutes(row.detected)), words(LAST, middle, _minutes(row.recovered)),
    ])  # fmt: skip


def _told(row: Row) -> list[str]:
    """What the text says of a strip."""
    share = 100 * row.hurt / max(len(row.visits), 1)
    return [
        f"✘ {row.hurt} requests hurt ({share:.0f} %)",
        f"┆ alarm {_after(row.detected)}",
        f"│ last one hurt {_after(row.recovered)}",
    ]


def _minutes(minute: float | None) -> str:
    return "never" if minute is None else f"{minute:.1f} min"


def _after(minute: float | None) -> str:
    return "never" if minute is None else f"after {_minutes(minute)}"


def _written(rows: Sequence[Row], end: float) -> list[str]:
    width = max(map(len, (row.name for row in rows)), default=0)
    return [
        f"  {row.name:<{width}}  |{''.join(_BARS[round(share * 8)] for share in _shares(row, end))}|  "
        + "; ".join(_told(row))
        for row in rows
    ]
