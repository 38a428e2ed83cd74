"""A picture that sets ways of releasing one below the other, each from the first customer who was hurt on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import BLUE, GREEN, RED

WIDTH, LEFT, RIGHT, TOP, HEIGHT, GAP = 760, 92, 236, 34, 46, 14
SLICES = 60
_BARS = " ▁▂▃▄▅▆▇█"


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
    """Return the comparison: a strip for each row, as high as the share of customers who were hurt."""
    end = max([row.recovered or 0.0 for row in rows] + [row.detected or 0.0 for row in rows], default=0.0) * 1.05 + 0.2
    body = [words(0, 16, title, extra=' font-weight="600"')]
    body += [_strip(row, TOP + number * (HEIGHT + GAP), end) for number, row in enumerate(rows)]
    bottom = TOP + len(rows) * (HEIGHT + GAP)
    body.append(words(LEFT, bottom + 8, "0: the first customer is hurt", size=11))
    body.append(words(WIDTH - RIGHT, bottom + 8, f"{end:.1f} min of AWS's", anchor="end", size=11))
    text = "\n".join([f"{title} (0 to {end:.1f} min of AWS's from the first hurt customer on)", *_written(rows, end)])
    return figure(svg(WIDTH, bottom + 18, "".join(body), text.replace("\n", "; ")), text)


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
    wide, base = (WIDTH - LEFT - RIGHT) / SLICES, y + HEIGHT
    parts = [words(LEFT - 10, y + HEIGHT / 2 + 5, row.name, anchor="end")]
    parts.append(f'<path d="M{LEFT} {base:g} H{WIDTH - RIGHT}" stroke="currentColor" opacity=".5"/>')
    for place, share in enumerate(_shares(row, end)):
        if share:
            x, tall = LEFT + place * wide, HEIGHT * share
            parts.append(
                f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{wide:.2f}" height="{tall:.1f}" fill="{RED}"/>'
            )
    parts.append(_mark(row.detected, y, end, BLUE, "4 3"))
    parts.append(_mark(row.recovered, y, end, GREEN, ""))
    parts += [
        words(WIDTH - RIGHT + 14, y + 14 + 15 * line, text, size=12, extra=f' fill="{colour}"' if colour else "")
        for line, (text, colour) in enumerate(_told(row))
    ]
    return "".join(parts)


def _mark(minute: float | None, y: float, end: float, colour: str, dashes: str) -> str:
    if minute is None:
        return ""
    x = LEFT + minute / end * (WIDTH - LEFT - RIGHT)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{x:.1f} {y:g} v{HEIGHT}" stroke="{colour}" stroke-width="2.5"{dashed}/>'


def _told(row: Row) -> list[tuple[str, str]]:
    """What stands beside a strip, each line with the colour of its mark."""
    share = 100 * row.hurt / max(len(row.visits), 1)
    return [
        (f"✘ {row.hurt} requests hurt ({share:.0f} %)", RED),
        (f"┆ alarm {_minutes(row.detected)}", BLUE),
        (f"│ last one hurt {_minutes(row.recovered)}", GREEN),
    ]


def _minutes(minute: float | None) -> str:
    return "never" if minute is None else f"after {minute:.1f} min"


def _written(rows: Sequence[Row], end: float) -> list[str]:
    width = max(map(len, (row.name for row in rows)), default=0)
    return [
        f"  {row.name:<{width}}  |{''.join(_BARS[round(share * 8)] for share in _shares(row, end))}|  "
        + "; ".join(text for text, _ in _told(row))
        for row in rows
    ]
