"""A frame for curves: from data to drawing units, with lines, bands and a time axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.show.picture import words

WIDTH = 760


@dataclass(frozen=True)
class Frame:
    """The rectangle in which curves are drawn: `x` and `y` are its data's limits, the rest is in drawing units."""

    x: tuple[float, float]
    y: tuple[float, float]
    left: float
    top: float
    width: float
    height: float

    def across(self, value: float) -> float:
        """Return where `value` lies from left to right."""
        return self.left + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.width

    def up(self, value: float) -> float:
        """Return where `value` lies from top to bottom; what is beyond the limits is drawn on them."""
        low, high = self.y
        return self.top + (high - min(max(value, low), high)) / (high - low) * self.height

    def curve(self, points: Iterable[tuple[float, float]], colour: str, *, dashes: str = "") -> str:
        """Return a line through `points`; those that do not change its direction are left out."""
        path = " ".join(f"{self.across(x):.1f},{self.up(y):.1f}" for x, y in _bends(list(points)))
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'

    def band(self, begin: float, end: float, fill: str, opacity: float) -> str:
        """Return a vertical band over the whole height."""
        x = self.across(begin)
        wide = max(self.across(end) - x, 2)
        return (
            f'<rect x="{x:.1f}" y="{self.top:g}" width="{wide:.1f}" height="{self.height:g}" '
            f'fill="{fill}" opacity="{opacity:g}"/>'
        )

    def level(self, value: float, label: str, *, dashes: str = "2 4", right: bool = False) -> str:
        """Return a horizontal line with its label at the left, or at the right."""
        y = self.up(value)
        line = (
            f'<path d="M{self.left:g} {y:.1f} H{self.left + self.width:g}" stroke="currentColor" '
            f'stroke-dasharray="{dashes}" opacity=".5"/>'
        )
        if right:
            return line + words(self.left + self.width + 6, y + 4, label, size=11)
        return line + words(self.left - 6, y + 4, label, anchor="end", size=11)

    def ticks(self, marks: Iterable[tuple[float, str]]) -> str:
        """Return marks below the frame, each with its label."""
        bottom = self.top + self.height
        parts = [
            f'<path d="M{self.across(x):.1f} {bottom:g} v5" stroke="currentColor" opacity=".6"/>'
            + words(self.across(x), bottom + 18, label, anchor="middle", size=11)
            for x, label in marks
        ]
        return f'<path d="M{self.left:g} {bottom:g} h{self.width:g}" stroke="currentColor" opacity=".6"/>' + "".join(
            parts
        )


def _bends(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out points in the middle of a level stretch: thousands of minutes become a few hundred bends."""
    inner = range(1, len(points) - 1)
    kept = [n for n in inner if not points[n - 1][1] == points[n][1] == points[n + 1][1]]
    return [points[n] for n in (0, *kept, len(points) - 1)] if len(points) > 1 else list(points)


def legend(x: float, y: float, entries: Iterable[tuple[str, str]]) -> str:
    """Return a line of a legend; each entry is a drawing for a box of 22 by 12 units and its words."""
    parts: list[str] = []
    for drawing, label in entries:
        parts.append(f'<g transform="translate({x:g} {y - 10:g})">{drawing}</g>' + words(x + 28, y, label, size=12))
        x += 28 + 7 * len(label) + 16
    return "".join(parts)
