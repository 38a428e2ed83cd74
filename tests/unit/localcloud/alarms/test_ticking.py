"""Metric alarms on a stepped clock: when they are evaluated, on what, and what they say."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.cloudwatch.alarms.evaluation import MISSING
from helpers.localcloud.service import ServiceError
from tests.unit.localcloud.alarms.stepped import HERE, Stepped, stepped

MINUTE = 60.0


def math_query(expression: str) -> list[dict[str, Any]]:
    def metric(name: str) -> dict[str, Any]:
        stat = {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 60, "Stat": "Sum"}
        return {"Id": name, "MetricStat": stat, "ReturnData": False}

    return [metric("errors"), metric("requests"), {"Id": "watched_one", "Expression": expression}]


def test_a_new_alarm_waits_for_data(alarms: Stepped) -> None:
    alarms.alarm()
    assert alarms.state() == "INSUFFICIENT_DATA"
    assert alarms.shown()["StateReason"] == "Unchecked: Initial alarm creation"
    alarms.pass_time(5 * MINUTE)
    assert alarms.state() == "INSUFFICIENT_DATA"
    assert alarms.history() == []


def test_a_breach_is_seen_when_its_period_ends_and_not_before(alarms: Stepped) -> None:
    alarms.alarm()
    alarms.pass_time(30)
    alarms.measure(6, 5)
    alarms.pass_time(20)
    assert alarms.state() == "INSUFFICIENT_DATA"
    alarms.pass_time(10)
    assert alarms.state() == "ALARM"
    assert alarms.shown()["StateReason"] == (
        "Threshold Crossed: 1 datapoint [11.0 (24/11/26 12:00:00)] was greater than the threshold (10.0)."
    )
    assert json.loads(alarms.shown()["StateReasonData"]) == {
        "version": "1.0",
        "queryDate": "2026-11-24T12:01:00.000+0000",
        "startDate": "2026-11-24T12:00:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [11.0],
        "threshold": 10.0,
        "evaluatedDatapoints": [{"timestamp": "2026-11-24T12:00:00.000+0000", "sampleCount": 2.0, "value": 11.0}],
    }


def test_m_of_n_and_how_it_is_told(alarms: Stepped) -> None:
    alarms.alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    for value in (20, 1, 30):
        alarms.measure(value)
        alarms.pass_time(MINUTE)
    assert alarms.state() == "ALARM"
    assert alarms.shown()["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [30.0 (24/11/26 12:02:00), 20.0 (24/11/26 12:00:00)] were"
        " greater than the threshold (10.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )
    for _ in range(2):
        alarms.measure(2)
        alarms.pass_time(MINUTE)
    assert alarms.state() == "OK"
    assert (
        "were not greater than the threshold (10.0) (minimum 2 datapoints for ALARM -> OK transition)"
        in (alarms.shown()["StateReason"])
    )


def test_a_long_period_slides_minute_by_minute(alarms: Stepped) -> None:
    """A period of five minutes does not wait for a multiple of five minutes on the clock."""
    alarms.pass_time(2 * MINUTE)
    alarms.alarm(Period=300)
    alarms.measure(50)
    alarms.pass_time(MINUTE)
    assert alarms.state() == "ALARM"
    reported = json.loads(alarms.shown()["StateReasonData"])
    assert reported["startDate"] == "2026-11-24T11:58:00.000+0000"


def test_a_short_period_is_evaluated_every_ten_seconds(alarms: Stepped) -> None:
    alarms.alarm(Period=10)
    alarms.measure(11, StorageResolution=1)
    alarms.pass_time(10)
    assert alarms.state() == "ALARM"


def test_aws_time_is_as_fast_as_the_time_scale_says(tmp_path: Path) -> None:
    with stepped(tmp_path, time_scale=60.0) as alarms:
        alarms.alarm()
        alarms.measure(11)
        alarms.clock.advance(0.9)
        alarms._ticker.tick()
        assert alarms.state() == "INSUFFICIENT_DATA"
        alarms.clock.advance(0.1)
        alarms._ticker.tick()
        assert alarms.state() == "ALARM"
        # The documents speak of AWS's minute, the moments are real.
        assert json.loads(alarms.shown()["StateReasonData"])["period"] == 60


def test_the_next_look_is_when_the_next_alarm_is_due(alarms: Stepped) -> None:
    assert alarms._ticker.tick() == pytest.approx(3600)
    alarms.alarm()
    alarms.clock.advance(15)
    assert alarms._ticker.tick() == pytest.approx(45)
    alarms.alarm("short", Period=30)
    assert alarms._ticker.tick() == pytest.approx(5)


NOTHING = "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as"


@pytest.mark.parametrize(
    ("mode", "state", "reason"),
    [
        ("missing", "INSUFFICIENT_DATA", "Insufficient Data: 2 datapoints were unknown."),
        ("breaching", "ALARM", f"{NOTHING} [Breaching]."),
        ("notBreaching", "OK", f"{NOTHING} [NonBreaching]."),
        ("ignore", "ALARM", "by hand"),
    ],
)
def test_silence(alarms: Stepped, mode: str, state: str, reason: str) -> None:
    alarms.alarm(TreatMissingData=mode, EvaluationPeriods=2)
    alarms.set_state("a", "OK" if state == "ALARM" and mode != "ignore" else "ALARM")
    alarms.pass_time(MINUTE)
    assert (alarms.state(), alarms.shown()["StateReason"]) == (state, reason)


def test_one_missing_datapoint_is_told(alarms: Stepped) -> None:
    alarms.alarm(TreatMissingData="breaching", EvaluationPeriods=3)
    alarms.measure(20)
    alarms.pass_time(MINUTE)
    assert alarms.shown()["StateReason"] == (
        "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as"
        " [Breaching]."
    )


def test_alarms_on_dynamodb_ignore_missing_data_whatever_they_say(alarms: Stepped) -> None:
    alarms.alarm(Namespace="AWS/DynamoDB", TreatMissingData="breaching")
    alarms.pass_time(3 * MINUTE)
    assert alarms.state() == "INSUFFICIENT_DATA"


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(alarms: Stepped) -> None:
    alarms.alarm(TreatMissingData="notBreaching")
    alarms.pass_time(MINUTE)
    alarms.set_state("a", "ALARM")
    alarms.pass_time(50)
    assert alarms.state() == "ALARM"
    alarms.pass_time(10)
    assert alarms.state() == "OK"
    assert alarms.history()[-2:] == ["Alarm updated from OK to ALARM", "Alarm updated from ALARM to OK"]


def test_an_expression_is_watched(alarms: Stepped) -> None:
    alarms.alarm(Metrics=math_query("100 * errors / requests"), Threshold=5.0)
    alarms.measure(6, name="errors")
    alarms.measure(100, name="requests")
    alarms.pass_time(MINUTE)
    assert alarms.state() == "ALARM"
    assert "[6.0 (24/11/26 12:00:00)]" in alarms.shown()["StateReason"]


def test_where_an_expression_divides_by_nothing_there_is_no_datapoint(alarms: Stepped) -> None:
    alarms.alarm(Metrics=math_query("100 * errors / requests"), TreatMissingData="notBreaching")
    alarms.measure(6, name="errors")
    alarms.measure(0, name="requests")
    alarms.pass_time(MINUTE)
    assert alarms.state() == "OK"


def test_a_filled_expression_knows_no_gaps(alarms: Stepped) -> None:
    alarms.alarm(Metrics=math_query("FILL(errors, 0)"), EvaluationPeriods=2, TreatMissingData="breaching")
    alarms.measure(1, name="errors")
    alarms.pass_time(2 * MINUTE)
    assert alarms.state() == "OK"


@pytest.mark.parametrize(("count", "state"), [(99, "INSUFFICIENT_DATA"), (100, "ALARM")])
def test_a_percentile_of_too_few_samples_changes_nothing_when_told_so(alarms: Stepped, count: int, state: str) -> None:
    alarms.alarm(ExtendedStatistic="p90", EvaluateLowSampleCountPercentile="ignore")
    alarms.measure(*[50] * count)
    alarms.pass_time(MINUTE)
    assert alarms.state() == state


def test_a_percentile_of_few_samples_counts_otherwise(alarms: Stepped) -> None:
    alarms.alarm(ExtendedStatistic="p90", EvaluateLowSampleCountPercentile="evaluate")
    alarms.measure(50)
    alarms.pass_time(MINUTE)
    assert alarms.state() == "ALARM"


def test_dimensions_and_units_are_told_apart(alarms: Stepped) -> None:
    alarms.alarm("web", Dimensions=[{"Name": "Service", "Value": "web"}], TreatMissingData="notBreaching")
    alarms.alarm("seconds", Unit="Seconds", TreatMissingData="notBreaching")
    alarms.measure(50, Dimensions=[{"Name": "Service", "Value": "orders"}])
    alarms.measure(50, Unit="Count")
    alarms.pass_time(MINUTE)
    assert (alarms.state("web"), alarms.state("seconds")) == ("OK", "OK")
    alarms.measure(50, Dimensions=[{"Name": "Service", "Value": "web"}])
    alarms.measure(50, Unit="Seconds")
    alarms.pass_time(MINUTE)
    assert (alarms.state("web"), alarms.state("seconds")) == ("ALARM", "ALARM")


def test_an_alarm_that_breaks_the_evaluation_keeps_no_other_from_it(
    alarms: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms.alarm("broken", TreatMissingData="breaching")
    alarms.alarm("mathematical", Metrics=math_query("errors / requests"))
    alarms.alarm("sound")
    broken = alarms._records.get(HERE, "broken")
    assert broken is not None
    broken.settings["ComparisonOperator"] = "Garbage"
    alarms._records.keep(HERE, broken)
    monkeypatch.setattr(alarms._datapoints._metrics, "values", lambda *_, **__: 1 / 0)
    alarms.measure(20)
    alarms.pass_time(MINUTE)
    assert alarms.state("sound") == "ALARM"
    assert alarms.shown("mathematical")["EvaluationState"] == "EVALUATION_ERROR"


def test_a_clock_that_was_set_back_stops_no_evaluation(alarms: Stepped) -> None:
    alarms.alarm(TreatMissingData="notBreaching")
    alarms.pass_time(MINUTE)
    alarms.clock.advance(-3600)
    alarms._ticker.tick()
    alarms.measure(20)
    alarms.pass_time(MINUTE)
    assert alarms.state() == "ALARM"


def test_late_data_count_for_the_period_that_they_are_of(alarms: Stepped) -> None:
    alarms.alarm(EvaluationPeriods=2)
    alarms.measure(20)
    written = alarms.clock.now()
    alarms.pass_time(2 * MINUTE)
    assert alarms.state() == "ALARM"  # as old as M, and nothing else is there
    alarms.measure(1, Timestamp=written)
    alarms.measure(-100, Timestamp=written)
    alarms.pass_time(MINUTE)
    assert alarms.state() == "OK"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("METRICS()", "gives 2 time series"),
        ("errors +", "ends too early"),
        ("errors + nobody", "nobody"),
        ("ANOMALY_DETECTION_BAND(errors, 2)", "ANOMALY_DETECTION_BAND is not built"),
        ("SEARCH('{Shop} errors', 'Sum', 60)", "SEARCH"),
        ("SELECT AVG(errors) FROM Shop", "Metrics Insights"),
    ],
)
def test_an_expression_that_an_alarm_cannot_watch_is_refused(alarms: Stepped, expression: str, reason: str) -> None:
    with pytest.raises(ServiceError) as caught:
        alarms.alarm(Metrics=math_query(expression))
    assert reason in caught.value.message


def test_an_alarm_that_cannot_be_evaluated_says_so_and_keeps_no_other_from_it(alarms: Stepped) -> None:
    alarms.alarm("broken", Metrics=math_query("errors / requests"))
    broken = alarms._records.get(HERE, "broken")
    assert broken is not None
    broken.settings["Metrics"][2]["Expression"] = "errors /"
    alarms._records.keep(HERE, broken)
    alarms.alarm("sound")
    alarms.measure(20)
    alarms.pass_time(3 * MINUTE)
    assert alarms.state("sound") == "ALARM"
    shown = alarms.shown("broken")
    assert (shown["StateValue"], shown["EvaluationState"]) == ("INSUFFICIENT_DATA", "EVALUATION_ERROR")
    assert "Error in expression" in shown["StateReason"]


steps = st.lists(st.one_of(st.none(), st.integers(0, 20)), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=steps, mode=st.sampled_from(MISSING), n=st.integers(1, 3), data=st.data())
def test_the_same_data_give_the_same_states_and_looking_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, values: list[int | None], mode: str, n: int, data: st.DataObject
) -> None:
    """No transition without a transition in the inputs: replays agree, and a second look finds nothing new."""
    m = data.draw(st.integers(1, n))

    def replay(looks: int) -> list[str]:
        with stepped(tmp_path_factory.mktemp("alarms")) as alarms:
            alarms.alarm(EvaluationPeriods=n, DatapointsToAlarm=m, TreatMissingData=mode)
            for value in values:
                if value is not None:
                    alarms.measure(value)
                alarms.pass_time(MINUTE, step=MINUTE)
                placed = alarms._records.everywhere()
                for _ in range(looks):
                    alarms._ticker.evaluate(placed, alarms.clock.now().timestamp())
            return alarms.history()

    assert replay(0) == replay(3)


@pytest.mark.parametrize("garbage", [math.nan, math.inf, -math.inf])
def test_a_threshold_that_is_no_number_is_refused(alarms: Stepped, garbage: float) -> None:
    with pytest.raises(ServiceError, match="Threshold must be a finite number"):
        alarms.alarm(Threshold=garbage)


def test_a_deleted_alarm_is_evaluated_no_more(alarms: Stepped) -> None:
    alarms.alarm()
    alarms.measure(20)
    placed = alarms._records.everywhere()
    alarms.delete_alarms(HERE, {"AlarmNames": ["a"]})
    alarms.clock.advance(MINUTE)
    alarms._ticker.evaluate(placed, alarms.clock.now().timestamp())
    assert alarms.describe_alarms(HERE, {})["MetricAlarms"] == []


def test_an_alarm_that_was_changed_meanwhile_is_judged_by_its_new_settings(alarms: Stepped) -> None:
    alarms.alarm()
    alarms.measure(20)
    placed = alarms._records.everywhere()
    alarms.clock.advance(MINUTE)
    alarms.alarm(Threshold=100.0)
    alarms._ticker.evaluate(placed, alarms.clock.now().timestamp())
    assert alarms.state() == "INSUFFICIENT_DATA"


def test_every_transition_is_announced_once(alarms: Stepped) -> None:
    alarms.alarm(TreatMissingData="notBreaching", AlarmDescription="too many")
    alarms.pass_time(MINUTE)
    alarms.measure(20)
    alarms.pass_time(6 * MINUTE)
    details = alarms.events()
    assert [(d["previousState"]["value"], d["state"]["value"]) for d in details] == [
        ("INSUFFICIENT_DATA", "OK"),
        ("OK", "ALARM"),
        ("ALARM", "OK"),
    ]
    assert details[1]["configuration"]["description"] == "too many"
    assert Counter(alarms.history()) == Counter(
        f"Alarm updated from {d['previousState']['value']} to {d['state']['value']}" for d in details
    )
