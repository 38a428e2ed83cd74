"""What the check sees in a rotation, and how it says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from helpers import oncall
from helpers.lab import Outcome, wrong

SOON = 10
"""Minutes within which a second person is called."""


def same_people(plan: oncall.Rotation, people: Sequence[Mapping[str, Any]]) -> Outcome | None:
    """Return what is wrong if the rotation leaves somebody out, or has them live or be away otherwise."""
    known = {person.name: person for person in plan.people}
    for given in people:
        person = known.get(given["name"])
        away = [[each.first.isoformat(), each.last.isoformat()] for each in person.away] if person else []
        if person is None or (person.zone, away) != (given["zone"], given["away"]):
            return wrong(
                seen=f"{given['name']} {'is not as the team has it' if person else 'takes no turn'}",
                expected="all six people take turns, with their zones and absences as given",
                where="`people`, and the names in `turns`",
                point="Who is left out makes the others' share larger.",
            )
    return None


def sound(plan: oncall.Rotation, since: date, until: date) -> Outcome | None:
    """Return the gravest thing that is wrong with the shifts between two days."""
    found = oncall.findings(plan, plan.shifts(since, until), since, until)
    if not found:
        return None
    return wrong(
        seen=found[0],
        expected=f"from {since} to {until} no gap, no overlap, no night, fair shares",
        where="`turns`: their clocks are UTC, people live by their own",
        point="Write each handover down in everybody's local time, once for January and once for July.",
    )


def covers_illness(plan: oncall.Rotation, since: date, until: date) -> Outcome | None:
    """Return what is wrong if the rotation has a gap when people are away at other times than planned."""
    found = oncall.gaps(plan.shifts(since, until), since, until)
    if not found:
        return None
    return wrong(
        seen=f"when somebody falls ill for a week, nobody is on call from {found[0]}",
        expected="somebody of the same turn stands in",
        where="`people` of each turn",
        point="A turn that one person carries ends with that person.",
    )


def escalates(plan: oncall.Rotation) -> Outcome | None:
    """Return what is wrong if an unanswered page does not reach a second person soon."""
    moment = datetime.combine(plan.begins + timedelta(days=10), time(13), UTC)
    called = oncall.escalate(plan, moment, {}).calls
    if len({call.name for call in called if call.minute <= SOON}) > 1:
        return None
    late = f"the second person is called after {called[1].minute:g} minutes" if len(called) > 1 else ""
    return wrong(
        seen=late or "a page that nobody answers reaches nobody else",
        expected=f"a second person is called within {SOON} minutes",
        where="`escalation`: each level has `to` and `minutes`",
        point="Telephones are on silent, people are in the shower: silence must go on to somebody else.",
    )
