"""What happens to a page that nobody answers: a chain of levels with time limits, simulated without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.oncall.rotation import Rotation

ON_CALL, NEXT = "on call", "next"
"""Levels that the rotation fills: who has the shift, and who would stand in."""


@dataclass(frozen=True)
class Level:
    """Who is called ("on call", "next" or a person's name), and for how many minutes they may be silent."""

    to: str
    minutes: float


@dataclass(frozen=True)
class Call:
    """One call: `minute` counts from the page."""

    minute: float
    name: str
    local: str
    """What the clock of the called person shows; "" for somebody outside of the rotation."""


@dataclass(frozen=True)
class Escalation:
    """The calls in order, and who answered after how many minutes; None if nobody did."""

    calls: tuple[Call, ...]
    answered_by: str | None
    minutes: float | None


def escalate(rotation: Rotation, moment: datetime, answers: Mapping[str, float]) -> Escalation:
    """Return what a page at `moment` (aware) leads to.

    Args:
        rotation: who is on call, and the chain.
        moment: when the alarm pages.
        answers: minutes that each person takes to answer once called; who is not in it never does.

    A level without anybody (all are away) is passed at once. A late answer counts, too: the earliest one ends it.
    """
    calls: list[Call] = []
    best: tuple[float, str] | None = None
    minute = 0.0
    for level in rotation.escalation:
        if best is not None and best[0] <= minute:
            break
        called = _called(rotation, level, moment + timedelta(minutes=minute), calls)
        if called is None:
            continue
        calls.append(Call(minute, *called))
        if called[0] in answers:
            answer = (minute + answers[called[0]], called[0])
            best = min(best, answer) if best else answer
        minute += level.minutes
    return Escalation(tuple(calls), best[1] if best else None, best[0] if best else None)


def _called(rotation: Rotation, level: Level, moment: datetime, so_far: list[Call]) -> tuple[str, str] | None:
    if level.to not in (ON_CALL, NEXT):
        known = {person.name: person for person in rotation.people}.get(level.to)
        return level.to, known.local(moment).strftime("%H:%M") if known else ""
    already = {call.name for call in so_far}
    fresh = [person for person in rotation.on_call(moment) if level.to == ON_CALL or person.name not in already]
    return (fresh[0].name, fresh[0].local(moment).strftime("%H:%M")) if fresh else None
