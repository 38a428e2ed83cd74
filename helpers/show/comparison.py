"""Ways of doing the same thing side by side: a row for each, a column of bars for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import BLUE

WIDTH, LABELS, TOP, ROW, GAP = 760, 150, 58, 30, 16
# What stands right of a bar needs so much of its column.
_ROOM = 70


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: its name and unit, and by row how much there is; None says that it never came to that."""

    name: str
    unit: str
    values: Mapping[str, float | None]
    none: str = "never"

    def told(self, row: str) -> str:
        """Return the value of `row` as a person says it."""
        value = self.values.get(row)
        return self.none if value is None else f"{value:.3g} {self.unit}".strip()


def comparison(rows: Sequence[str], measures: Sequence[Measure], title: str) -> Picture:
    """Return bars by row and measure, each with its number; within a measure all bars have the same scale."""
    column = (WIDTH - LABELS) / max(len(measures), 1)
    height = TOP + ROW * len(rows) + 8
    body = [words(0, 16, title, extra=' font-weight="600"')]
    body += [words(LABELS - 8, TOP + ROW * place + 15, row, anchor="end") for place, row in enumerate(rows)]
    for number, measure in enumerate(measures):
        body.append(_column(measure, rows, LABELS + number * column, column))
    text = _write(rows, measures, title)
    return figure(svg(WIDTH, height, "".join(body), text.replace("\n", "; ")), text)


def _column(measure: Measure, rows: Sequence[str], x: float, width: float) -> str:
    most = max((value for value in measure.values.values() if value), default=1.0)
    scale = (width - GAP - _ROOM) / most
    parts = [words(x, TOP - 14, measure.name, size=12)]
    for place, row in enumerate(rows):
        y, value = TOP + ROW * place, measure.values.get(row)
        length = 0.0 if value is None else value * scale
        parts.append(f'<path d="M{x:.1f} {y} V{y + 22}" stroke="currentColor" opacity=".4"/>')
        parts.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{length:.1f}" height="16" fill="{BLUE}"/>')
        parts.append(words(x + length + 6, y + 15, measure.told(row), size=12))
    return "".join(parts)


def _write(rows: Sequence[str], measures: Sequence[Measure], title: str) -> str:
    width = max(map(len, rows), default=0)
    lines = [title]
    for row in rows:
        told = ", ".join(f"{measure.name}: {measure.told(row)}" for measure in measures)
        lines.append(f"  {row:<{width}}  {told}")
    return "\n".join(lines)
