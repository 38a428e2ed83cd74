"""Pages day by day, before and after: how tired a set of alarms makes those whom it calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.plot import WIDTH, legend
from helpers.show.status import GREEN, RED, hatch_definitions

if TYPE_CHECKING:
    from helpers.slo import Alert, Month, Score

LEFT, TOLD, ROW, TOP = 70, 200, 110, 34


@dataclass(frozen=True)
class _Row:
    """One set of alarms: pages for each day, right and false, and what its score says."""

    name: str
    right: list[int]
    false: list[int]
    said: list[str]


def fatigue(month: Month, sets: Mapping[str, Sequence[Alert]], title: str = "Pages day by day") -> Picture:
    """Return the pages of each day for each of `sets` (alerts by the set's name), right ones and false ones apart."""
    rows = [_row(name, month, alerts) for name, alerts in sets.items()]
    return figure(_draw(rows, title), _write(rows, title))


def _row(name: str, month: Month, alerts: Sequence[Alert]) -> _Row:
    from helpers.slo import score
    from helpers.slo.score import is_right

    pages = [each for each in alerts if each.action == "page"]
    begin, days = month.minutes.index[0], len(month.minutes) // 1440
    counted = Counter(((each.start - begin).days, is_right(month, each)) for each in pages)
    right, false = ([counted[day, good] for day in range(days)] for good in (True, False))
    return _Row(name, right, false, _said(score(month, alerts)))


def _said(found: Score) -> list[str]:
    return [
        f"{found.pages} pages, {found.false_pages} false",
        f"precision {percent(found.precision)}",
        f"recall {percent(found.recall)}",
        f"{found.pages_per_shift:.2f} pages per shift",
        f"{found.tickets} tickets",
    ]


def percent(share: float | None) -> str:
    """Return a share as people say it; one that could not be measured is not called 0 % or 100 %."""
    return "not measured" if share is None else f"{share:.0%}"


def _draw(rows: Sequence[_Row], title: str) -> str:
    most = max((sum(day) for row in rows for day in zip(row.right, row.false, strict=True)), default=0) or 1
    height = TOP + ROW * len(rows) + 34
    body = [hatch_definitions(), words(0, 16, title, extra=' font-weight="600"')]
    for number, row in enumerate(rows):
        body.append(_draw_row(row, TOP + ROW * number, most))
    entries = [(_block(GREEN, False), "right"), (_block(RED, True), "false: nothing that needed a person now")]
    body.append(legend(LEFT, height - 10, entries))
    return svg(WIDTH, height, "".join(body), f"{title}. " + "; ".join(f"{r.name}: {', '.join(r.said)}" for r in rows))


def _draw_row(row: _Row, top: float, most: int) -> str:
    base, tall = top + ROW - 24, ROW - 36
    wide = (WIDTH - LEFT - TOLD) / max(len(row.right), 1)
    parts = [words(0, base - tall / 2, row.name, extra=' font-weight="600"')]
    for day, (right, false) in enumerate(zip(row.right, row.false, strict=True)):
        x, lower = LEFT + day * wide, _tall(right, most, tall)
        upper = _tall(false, most, tall)
        parts.append(_bar(x, base - lower, wide - 3, lower, GREEN, False) if right else "")
        parts.append(_bar(x, base - lower - upper, wide - 3, upper, RED, True) if false else "")
        if right + false:
            parts.append(
                words(x + (wide - 3) / 2, base - lower - upper - 3, str(right + false), anchor="middle", size=9)
            )
    end = WIDTH - TOLD
    parts.append(f'<path d="M{LEFT} {base:g} H{end:g}" stroke="currentColor" opacity=".6"/>')
    parts += [words(LEFT - 6, base - tall + 4, str(most), anchor="end", size=11)]
    parts += [words(LEFT - 6, base + 4, "0", anchor="end", size=11)]
    days = [1, *range(5, len(row.right) + 1, 5)]
    parts += [words(LEFT + (day - 0.5) * wide, base + 15, str(day), anchor="middle", size=11) for day in days]
    parts += [words(end + 14, top + 18 + 18 * n, line, size=12) for n, line in enumerate(row.said)]
    return "".join(parts)


def _tall(count: int, most: int, tall: float) -> float:
    """Return a bar's height; a single page is still seen beside a day of a hundred."""
    return max(count / most * tall, 2) if count else 0


def _bar(x: float, y: float, width: float, height: float, colour: str, hatched: bool) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    solid = f'<rect {place} fill="{colour}"/>'
    return solid + (f'<rect {place} fill="url(#wb-slant)" opacity=".55"/>' if hatched else "")


def _block(colour: str, hatched: bool) -> str:
    return _bar(0, 0, 22, 12, colour, hatched)


def _write(rows: Sequence[_Row], title: str) -> str:
    lines = [title]
    for row in rows:
        lines.append(f"  {row.name}: {', '.join(row.said)}")
        for kind, counts in (("right", row.right), ("false", row.false)):
            lines.append(f"    {kind}  " + " ".join(f"{count or '.':>2}" for count in counts))
    return "\n".join(lines)
