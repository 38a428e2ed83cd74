"""Alarm definitions replayed: metric math, M of N, gaps, composite rules, suppressors; and what cannot be replayed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.slo import STANDARD, Objective, firing, month
from helpers.slo.definitions import Definitions, Rehearsal, calling
from helpers.slo.suppressing import acts

PAGE, TICKET = "arn:aws:sns:us-east-1:111122223333:page", "arn:aws:sns:us-east-1:111122223333:ticket"
ACTIONS = {PAGE: "page", TICKET: "ticket"}


def recorded(**columns: list[float]) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.date_range("2026-06-01", periods=length, freq="min", tz="UTC"), dtype=float)


def query(metric: str, period: int, service: str = "shop") -> dict[str, Any]:
    named = {"Namespace": "Shop", "MetricName": metric, "Dimensions": [{"Name": "Service", "Value": service}]}
    return {
        "Id": metric.lower(), "ReturnData": False,
        "MetricStat": {"Metric": named, "Stat": "Sum", "Period": period},
    }  # fmt: skip


def math(name: str, expression: str, threshold: float, period: int = 60, **more: Any) -> dict[str, Any]:
    result = {"Id": "watched", "Expression": expression, "ReturnData": True}
    return {
        "AlarmName": name, "Metrics": [query("Errors", period), query("Requests", period), result],
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": threshold, "EvaluationPeriods": 1,
    } | more  # fmt: skip


def plain(name: str, threshold: float = 5, **more: Any) -> dict[str, Any]:
    stat = query("Errors", 60)["MetricStat"]
    alarm = {"AlarmName": name, **stat["Metric"], "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    return alarm | {"Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold"} | more


def composite(name: str, rule: str, **more: Any) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmRule": rule, "AlarmActions": [PAGE], "ActionsEnabled": True} | more


def rehearsal(minutes: pd.DataFrame, *alarms: dict[str, Any]) -> Rehearsal:
    return Rehearsal(Definitions({alarm["AlarmName"]: alarm for alarm in alarms}), minutes, "shop")


def fires(minutes: pd.DataFrame, *alarms: dict[str, Any]) -> list[int]:
    return np.flatnonzero(rehearsal(minutes, *alarms).in_alarm(alarms[-1]["AlarmName"])).tolist()


def test_two_alarms_and_a_composite_are_the_pair_of_windows() -> None:
    minutes, slo, pair = month(3).minutes, Objective(0.999), STANDARD[0]
    burn = "(errors / requests) / (1 - 0.999)"
    long, short = math("long", burn, 14.4, 3600), math("short", burn, 14.4, 300)
    both = composite("both", 'ALARM(long) AND ALARM("short")')
    found = rehearsal(minutes, long, short, both).in_alarm("both")
    assert np.array_equal(found, firing(minutes, slo, pair))


def test_a_period_slides_by_the_minute() -> None:
    minutes = recorded(errors=[0, 0, 4, 4, 0, 0, 0], requests=[10] * 7)
    assert fires(minutes, plain("sum", 7, Period=180)) == [3, 4]
    assert fires(minutes, plain("mean", 2.5, Period=180, Statistic="Average")) == [3, 4]
    assert fires(minutes, plain("most", 3, Period=120, Statistic="Maximum")) == [2, 3, 4]


def test_m_of_n_and_a_single_datapoint_differ() -> None:
    minutes = recorded(errors=[9, 0, 9, 0, 0, 9, 9, 9])
    assert fires(minutes, plain("one")) == [0, 2, 5, 6, 7]
    assert fires(minutes, plain("two", EvaluationPeriods=3, DatapointsToAlarm=2)) == [2, 6, 7]
    assert fires(minutes, plain("three", EvaluationPeriods=3)) == [7]


@pytest.mark.parametrize(
    ("operator", "minutes"),
    [
        ("GreaterThanThreshold", [2]), ("GreaterThanOrEqualToThreshold", [1, 2]),
        ("LessThanThreshold", [0]), ("LessThanOrEqualToThreshold", [0, 1]),
    ],
)  # fmt: skip
def test_each_comparison(operator: str, minutes: list[int]) -> None:
    assert fires(recorded(errors=[4, 5, 6]), plain("any", ComparisonOperator=operator)) == minutes


def test_a_division_by_nothing_is_a_gap_and_breaches_only_if_asked_to() -> None:
    minutes = recorded(errors=[0, 0, 1], requests=[0, 10, 1])
    rate = math("rate", "errors / requests", 0.5)
    assert fires(minutes, rate) == [2]
    assert fires(minutes, rate | {"TreatMissingData": "notBreaching"}) == [2]
    assert fires(minutes, rate | {"TreatMissingData": "breaching"}) == [0, 2]


def test_if_keeps_little_traffic_quiet() -> None:
    minutes = recorded(errors=[1, 50], requests=[2, 100])
    assert fires(minutes, math("rate", "IF(requests >= 20, errors / requests, 0)", 0.144)) == [1]
    assert fires(minutes, math("rate", "IF(errors > 2 AND requests > 0, errors / requests, 0)", 0.144)) == [1]
    assert fires(minutes, math("never", "0.1 + 0.01", 0.144)) == []


def test_composites_may_stand_on_composites_and_a_cycle_rests() -> None:
    minutes = recorded(errors=[9, 0])
    inner = composite("inner", "ALARM(one)")
    assert fires(minutes, plain("one"), inner, composite("outer", "NOT ALARM(inner)")) == [1]
    assert fires(minutes, composite("a", "ALARM(b)"), composite("b", "ALARM(a)")) == []
    assert fires(minutes, composite("always", "TRUE")) == [0, 1]
    assert fires(minutes, plain("one"), composite("some", "AT_LEAST(1, ALARM, (one, gone))")) == [0]


def test_only_what_calls_somebody_is_an_alert() -> None:
    minutes = recorded(errors=[9, 9, 0, 9])
    alarms = [
        plain("pages", AlarmActions=[PAGE, TICKET]), plain("tickets", AlarmActions=[TICKET]),
        plain("quiet"), plain("off", AlarmActions=[PAGE], ActionsEnabled=False),
        plain("elsewhere", AlarmActions=["arn:aws:sns:us-east-1:111122223333:other"]),
    ]  # fmt: skip
    assert [calling(alarm, ACTIONS) for alarm in alarms] == ["page", "ticket", None, None, None]
    found = [(each.rule, each.action, each.start.minute) for each in rehearsal(minutes, *alarms).alerts(ACTIONS)]
    assert found == [("pages", "page", 0), ("tickets", "ticket", 0), ("pages", "page", 3), ("tickets", "ticket", 3)]


def test_a_suppressor_holds_back_and_lets_go_while_it_still_burns() -> None:
    deploying = plain("deploying", 0, MetricName="Deploying")
    minutes = recorded(errors=[0, 9, 9, 0, 0, 0, 0, 9, 9, 9, 9, 9], deploying=[1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0])
    guarded = composite(
        "guarded", "ALARM(errors)", ActionsSuppressor="deploying",
        ActionsSuppressorWaitPeriod=60, ActionsSuppressorExtensionPeriod=120,
    )  # fmt: skip
    (alert,) = rehearsal(minutes, plain("errors"), deploying, guarded).alerts(ACTIONS)
    assert (alert.start.minute, alert.end.minute) == (11, 12)


def flags(text: str) -> Any:
    return np.array([mark == "X" for mark in text])


@pytest.mark.parametrize(
    ("composite", "suppressor", "minutes"),
    [
        ("..XXXX....", "..........", [4]),  # waits two minutes for its suppressor
        ("..X.......", "..........", []),  # over before the wait is
        ("..XXXXXXXX", "...X......", [7]),  # suppressed, then the extension of three minutes
        ("..XXX.....", "..XXXX....", []),  # over when the suppressor lets go
        ("XX.XXX....", ".XXX......", []),  # a transition in the extension waits anew
    ],
)
def test_wait_and_extension_in_minutes(composite: str, suppressor: str, minutes: list[int]) -> None:
    assert list(acts(flags(composite), flags(suppressor), wait=2, extension=3)) == minutes


def test_a_metric_that_nobody_records_is_missing_and_named() -> None:
    run = rehearsal(recorded(errors=[9]), plain("one", MetricName="Latency"), math("rate", "errors / requests", 0))
    assert not run.in_alarm("one").any() and not run.in_alarm("rate").any()
    assert run.unknown == {"one": "Latency with Service=shop", "rate": "Requests with Service=shop"}
    other = rehearsal(recorded(errors=[9]), plain("other", Dimensions=[]))
    assert not other.in_alarm("other").any() and other.unknown == {"other": "Errors with no dimension"}


@pytest.mark.parametrize(
    ("alarm", "said"),
    [
        (plain("p", Period=10), "p has a period of 10 seconds"),
        (plain("p", Statistic="p99"), "p99 would need each request"),
        (plain("p", ComparisonOperator="GreaterThanUpperThreshold"), "p compares with no fixed threshold"),
        (math("m", "RATE(errors)", 1), "expression of m cannot be evaluated: the replay knows .* and not RATE"),
        (math("m", "errors / / requests", 1), "expression of m cannot be evaluated: .* at column 10"),
        (math("m", "errors + none", 1), "there is no query with the id none"),
        (math("m", "[errors, requests]", 1), "an alarm needs one series"),
    ],
)
def test_what_cannot_be_replayed_is_said_with_the_alarms_name(alarm: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fires(recorded(errors=[1], requests=[1]), alarm)
