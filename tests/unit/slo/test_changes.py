"""A set of alarms turned into another one, alarm by alarm, with what each change is worth."""

from __future__ import annotations

from helpers.slo import Score, month, score
from helpers.slo.changes import changes
from helpers.slo.definitions import Definitions, Rehearsal
from tests.unit.slo.test_definitions import ACTIONS, PAGE, TICKET, composite, math, plain

RECORDED = month(2)


def rate(definitions: Definitions) -> Score:
    return score(RECORDED, Rehearsal(definitions, RECORDED.minutes, "shop").alerts(ACTIONS))


def alarms(*listed: dict[str, object]) -> Definitions:
    return Definitions({str(alarm["AlarmName"]): alarm for alarm in listed})


BURN = "(errors / requests) / 0.001"
NOISY = alarms(
    plain("errors", 5, AlarmActions=[PAGE]),
    plain("cpu", 80, MetricName="CPU", Statistic="Average", AlarmActions=[PAGE]),
    plain("same", 1000, AlarmActions=[PAGE]),
)
MENDED = alarms(
    plain("errors", 5, AlarmActions=[TICKET], EvaluationPeriods=5, DatapointsToAlarm=3),
    plain("same", 1000, AlarmActions=[PAGE], AlarmDescription="says more", StateValue="OK"),
    math("long", BURN, 14.4, 3600),
    math("short", BURN, 14.4, 300),
    plain("lonely", 3),
    composite("fast", "ALARM(long) AND ALARM(short)"),
)


def test_new_alarms_come_first_and_what_goes_goes_last() -> None:
    told = [(each.alarm, each.what) for each in changes(NOISY, MENDED, ACTIONS, rate)]
    assert told == [
        ("fast", "new composite, calls for a page"),
        ("lonely", "new alarm, calls nobody"),
        ("errors", "calls for a ticket, not for a page; takes 3 of 5, not 1 of 1"),
        ("cpu", "deleted"),
    ]


def test_a_composite_comes_with_its_parts_and_so_has_its_effect_at_once() -> None:
    found = changes(NOISY, MENDED, ACTIONS, rate)
    assert found[0].score.pages > rate(NOISY).pages
    assert found[1].score == found[0].score


def test_each_change_is_scored_with_all_those_before_it() -> None:
    found = changes(NOISY, MENDED, ACTIONS, rate)
    assert found[-1].score == rate(MENDED)
    pages = [each.score.pages for each in found]
    assert pages[2] < pages[1] and pages[3] < pages[2]
    assert found[-1].score.precision == 1


def test_words_and_states_are_no_change_and_everything_else_is() -> None:
    assert changes(MENDED, MENDED, ACTIONS, rate) == []
    described = MENDED.having(
        {**MENDED.alarms["lonely"], "ActionsEnabled": True, "OKActions": [], "StateReason": "x", "AlarmArn": "y"}
    )
    assert changes(MENDED, described, ACTIONS, rate) == []
    other = MENDED.having({**MENDED.alarms["fast"], "AlarmRule": "ALARM(long)"})
    assert [(each.alarm, each.what) for each in changes(MENDED, other, ACTIONS, rate)] == [("fast", "other definition")]
