"""What the lab draws: a release on its way, and the outcome matrix, with a row for each fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers import aws
from helpers.show import Picture, Stage, Visit, traffic
from helpers.show.picture import figure, svg, words
from helpers.show.status import AMBER, BLUE, GREEN, GREY, RED
from labs.commit_to_production import faults, stage
from labs.commit_to_production.result import Result
from labs.commit_to_production.traffic import Answer

LOOKS = {
    faults.RECOVERED: ("✔", GREEN),
    faults.STOPPED: ("■", AMBER),
    faults.ROLLED_BACK: ("↩", BLUE),
    faults.BAD: ("✘", RED),
    faults.PARTLY: ("◔", RED),
    faults.OLDER: ("✘", RED),
    faults.ENDLESS: ("∞", RED),
}
LEFT, RIGHT, COLUMN, ROW = 190, 250, 86, 30
TITLE = "Where each fault ended, and how"


def release(name: str, answers: Sequence[Answer], steps: Iterable[Mapping[str, Any]]) -> Picture:
    """Return who answered the customers while a release was on its way, above the `steps` of the way.

    Args:
        name: what the picture is called.
        answers: what customers got; those that were wrong count as failed.
        steps: each with name, status, start and end in epoch seconds, as `production.steps` returns them.
    """
    visits = [Visit(each.moment, each.release, not each.right) for each in answers]
    return traffic(visits, name, stages=[Stage(**step) for step in steps], time_scale=aws.time_scale())


def matrix(results: Iterable[Result]) -> Picture:
    """Return the matrix of `results`; a fault that has not been run has an empty row."""
    found = {each.fault: each for each in results}
    names = [*faults.EIGHT, *(name for name in found if name not in faults.EIGHT)]
    rows = [(name, found.get(name)) for name in names if name in faults.EIGHT or name in found]
    wide, high = LEFT + COLUMN * len(stage.STAGES) + RIGHT, ROW * (len(rows) + 1) + 14
    body = _head() + "".join(_row(number, name, result) for number, (name, result) in enumerate(rows, 1))
    return figure(svg(wide, high, body, TITLE), _text(rows))


def verdict(result: Result) -> str:
    """Return how it ended, with its symbol."""
    return f"{LOOKS[result.verdict][0]} {result.verdict}"


def _head() -> str:
    return "".join(
        words(LEFT + COLUMN * (number + 0.5), 20, name, anchor="middle") for number, name in enumerate(stage.STAGES)
    )


def _row(number: int, name: str, result: Result | None) -> str:
    y = ROW * number + 20
    line = f'<path d="M0 {y - 20} H{LEFT + COLUMN * len(stage.STAGES) + RIGHT}" stroke="{GREY}" stroke-opacity=".4"/>'
    if result is None:
        return line + words(0, y, name) + words(LEFT, y, "not run yet", extra=' opacity=".7"')
    mark, colour = LOOKS[result.verdict]
    end = stage.STAGES.index(result.stage)
    x = LEFT + COLUMN * (end + 0.5)
    way = f'<path d="M{LEFT + COLUMN / 2} {y - 5} H{x}" stroke="{colour}" stroke-width="3" stroke-opacity=".6"/>'
    dot = f'<circle cx="{x}" cy="{y - 5}" r="10" fill="{colour}"/>'
    sign = words(x, y, mark, anchor="middle", extra=' fill="#fff"')
    wish = "" if result.right else ", not what was wanted"
    told = words(LEFT + COLUMN * len(stage.STAGES), y, f"{result.verdict}{wish}")
    return line + words(0, y, name) + way + dot + sign + told


def _text(rows: list[tuple[str, Result | None]]) -> str:
    lines = [TITLE]
    for name, result in rows:
        ended = f"{verdict(result)} in {result.stage}" if result else "not run yet"
        wish = "" if result is None or result.right else ", not what was wanted"
        lines.append(f"  {name:<26}{ended}{wish}")
    return "\n".join(lines)
