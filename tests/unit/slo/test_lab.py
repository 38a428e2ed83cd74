"""What the lesson's checks replay: its goals can be met on the hidden months, and its claims hold there."""

from __future__ import annotations

from datetime import date

import pytest

from helpers.oncall import findings, gaps, rotation
from helpers.slo import STANDARD, Objective, replay, score
from labs.slo_alerting import hidden, judging, team
from tests.unit.oncall.test_rotation import TURNS

MONTHS = range(2)


@pytest.mark.parametrize("which", MONTHS)
def test_the_standard_policy_meets_the_goal_on_the_hidden_months(which: int) -> None:
    month = hidden.months()[which]
    found = score(month, replay(month.minutes, Objective(0.999), STANDARD))
    assert (found.recall, found.precision) == (1, 1) and found.lingering is not None and found.lingering <= 35


@pytest.mark.parametrize("which", MONTHS)
def test_the_fast_pair_alone_meets_the_goal_for_what_is_sudden(which: int) -> None:
    month = judging.only(hidden.months()[which], "outage", "outage at night", "bad deployment")
    found = score(month, replay(month.minutes, Objective(0.999), STANDARD[:1]))
    assert (found.recall, found.precision) == (1, 1) and found.lingering is not None and found.lingering <= 12


def test_leaving_incidents_aside_leaves_the_recording_as_it_was() -> None:
    month = hidden.months()[0]
    errors = month.minutes["errors"].sum()
    sudden = judging.only(month, "outage")
    assert [each.name for each in sudden.incidents if each.deserves != "nothing"] == ["outage"]
    assert sudden.minutes["errors"].sum() < errors == month.minutes["errors"].sum()


@pytest.mark.parametrize("which", MONTHS)
def test_each_quiet_month_has_single_failures_that_would_page_and_one_outage(which: int) -> None:
    month = hidden.quiet_months()[which]
    found = score(month, replay(month.minutes, Objective(0.99), STANDARD[:1]))
    assert found.false_pages >= 3 and [each.incident.name for each in found.incidents] == ["outage"]


def test_the_team_can_be_on_call_for_a_year_whoever_falls_ill() -> None:
    since, until = date.fromisoformat(team.BEGINS), date.fromisoformat(team.UNTIL)
    document = {"begins": team.BEGINS, "people": team.PEOPLE, "turns": TURNS}
    plan = rotation(document)
    assert findings(plan, plan.shifts(since, until), since, until) == []
    ill = rotation(hidden.with_other_absences(document))
    assert gaps(ill.shifts(since, until), since, until) == []


def test_the_other_absences_are_others() -> None:
    given = {each["name"]: each["away"] for each in team.PEOPLE}
    assert set(hidden.AWAY) == set(given)
    assert all([hidden.AWAY[name]] != away[0][:1] for name, away in given.items())
