"""The way of one artifact: the same bytes from station to station, or the place where they changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.status import GREEN, GREY, RED

BOX, GAP, HEIGHT = 200, 64, 92
SHORT = 12
IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A station of the artifact: where it was seen, under which name, and the digest of its bytes (hex; '' unknown)."""

    place: str
    name: str
    digest: str

    @property
    def short(self) -> str:
        return self.digest.removeprefix("sha256:")[:SHORT] or "no digest"


def digest_trace(steps: Iterable[Step], title: str = "One artifact, traced by its digest") -> Picture:
    """Return the stations as boxes; between two of them '=' says same bytes and '≠' says that they differ."""
    path = list(steps)
    return figure(_draw(path, title), _write(path, title))


def _joint(before: Step, after: Step) -> tuple[str, str, str]:
    if not before.digest or not after.digest:
        return "?", "unknown", GREY
    same = before.digest.removeprefix("sha256:") == after.digest.removeprefix("sha256:")
    return ("=", "same", GREEN) if same else ("≠", "differs", RED)


def _verdict(path: Sequence[Step]) -> str:
    joints = [_joint(*pair)[1] for pair in pairwise(path)]
    if "differs" in joints:
        return f"✘ the bytes changed before {path[joints.index('differs') + 1].place}"
    if "unknown" in joints:
        return "? not every station tells its digest"
    return f"✔ the same bytes in {len(path)} places"


def _draw(path: Sequence[Step], title: str) -> str:
    lines = max((len(path) - 1) // IN_A_ROW + 1, 1)
    parts = [words(0, 16, title, extra=' font-weight="600"')]
    left = 2 + (GAP if lines > 1 else 0)  # room for the sign before a line of its own
    for number, step in enumerate(path):
        x, y = left + (number % IN_A_ROW) * (BOX + GAP), 28 + (number // IN_A_ROW) * (HEIGHT + 16)
        parts.append(_station(step, x, y))
        if number:
            parts.append(_draw_joint(path[number - 1], step, x, y))
    height = 28 + lines * (HEIGHT + 16) + 14
    parts.append(words(2, height - 8, _verdict(path)))
    width = left + min(max(len(path), 2), IN_A_ROW) * (BOX + GAP) - GAP + 2
    return svg(width, height, "".join(parts), f"{title}: {_verdict(path)}. " + _told(path))


def _station(step: Step, x: float, y: float) -> str:
    frame = (
        f'<rect x="{x:g}" y="{y:g}" width="{BOX}" height="{HEIGHT}" rx="6" fill="none" '
        f'stroke="currentColor" opacity=".6"/>'
    )
    mono = ' font-family="ui-monospace,Menlo,Consolas,monospace"'
    name = step.name if len(step.name) <= 27 else "…" + step.name[-26:]
    return (
        frame
        + words(x + 12, y + 26, step.place, extra=' font-weight="600"')
        + words(x + 12, y + 48, name, size=12)
        + words(x + 12, y + 72, step.short, extra=mono)
    )


def _draw_joint(before: Step, after: Step, x: float, y: float) -> str:
    mark, word, colour = _joint(before, after)
    middle, level = x - GAP / 2, y + HEIGHT / 2
    sign = words(middle, level + 2, mark, anchor="middle", size=20, extra=f' style="fill:{colour}"')
    return sign + words(middle, level + 18, word, anchor="middle", size=11)


def _told(path: Sequence[Step]) -> str:
    return "; ".join(f"{step.place} {step.name} {step.short}" for step in path)


def _write(path: Sequence[Step], title: str) -> str:
    width = max((len(step.place) for step in path), default=0)
    lines = [title]
    for number, step in enumerate(path):
        joint = "" if number == 0 else " ".join(_joint(path[number - 1], step)[:2])
        lines.append(f"  {step.place:<{width}}  {step.short:<{SHORT}}  {joint:<9}  {step.name}".rstrip())
    return "\n".join([*lines, f"  {_verdict(path)}"])
