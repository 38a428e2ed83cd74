"""What is refused, and that the refusal says what to do."""

from __future__ import annotations

import math
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.cloudwatch.alarms.inbox import put_alarm, put_quiet, set_state
from tests.localcloud.support import TestCloud


def metric(name: str = "m1", period: int = 60, **more: Any) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": "Shop", "MetricName": "Errors"}, "Period": period, "Stat": "Sum"}
    return {"Id": name, "MetricStat": stat, **more}


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Period": 45}, "45 for Period must be 10, 20, 30 or a multiple of 60"),
        ({"Period": 5}, "5 for Period must be 10, 20, 30 or a multiple of 60"),
        ({"Period": 300, "EvaluationPeriods": 289}, "across more than a day"),
        ({"Period": 10, "EvaluationPeriods": 8641}, "across more than a day"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "across more than a week"),
        (
            {"EvaluationPeriods": 2, "DatapointsToAlarm": 3},
            "DatapointsToAlarm (3) must be at most EvaluationPeriods (2)",
        ),
        ({"Threshold": None}, "Threshold is required"),
        ({"EvaluationPeriods": None}, "EvaluationPeriods"),
        ({"ComparisonOperator": None}, "ComparisonOperator"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "anomaly detection"),
        ({"ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold"}, "anomaly detection"),
        ({"ThresholdMetricId": "ad1"}, "anomaly detection"),
        ({"Statistic": None}, "Exactly one of Statistic"),
        ({"ExtendedStatistic": "p99"}, "Exactly one of Statistic"),
        ({"Statistic": None, "ExtendedStatistic": "p101"}, "p101"),
        ({"Statistic": None, "ExtendedStatistic": "mode"}, "mode"),
        ({"Period": None}, "Period is required"),
        ({"MetricName": None}, "MetricName is required"),
        ({"TreatMissingData": "sometimes"}, "missing, ignore, breaching, notBreaching"),
        ({"EvaluateLowSampleCountPercentile": "ignore"}, "for alarms on a percentile"),
        ({"AlarmActions": ["call me"]}, "Invalid arn syntax: call me"),
        ({"AlarmActions": ["arn:aws:sns:us-east-1:111122223333:a\nb"]}, "Invalid arn syntax"),
        ({"AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:t"]}, "Invalid region eu-west-1"),
        (
            {"AlarmActions": [f"arn:aws:sns:us-east-1:111122223333:t{n}" for n in range(6)]},
            "length less than or equal to 5",
        ),
        ({"Threshold": math.nan}, "finite number"),
        ({"Threshold": math.inf}, "finite number"),
        ({"AlarmName": "a\tb"}, "control characters"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "comes twice"),
        ({"Tags": [{"Key": "aws:own", "Value": "1"}]}, "begins with aws:"),
        ({"Metrics": [metric()]}, "must not be given with Metrics"),
        ({"EvaluationWindow": {"WallClockWindow": {"Timezone": "UTC"}}}, "WallClockWindow is not built"),
        ({"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 5}}, "warm-up"),
    ],
)
def test_a_metric_alarm_that_makes_no_sense(cloud: TestCloud, change: dict[str, Any], message: str) -> None:
    request = {
        "AlarmName": "a",
        "Namespace": "Shop",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    } | change
    client = cloud.client("cloudwatch")
    code, text = refusal(client.put_metric_alarm, **{k: v for k, v in request.items() if v is not None})
    assert message in text
    assert code in ("ValidationError", "InvalidParameterValue")
    assert client.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ([metric(), metric("m2")], "Exactly one element of the metrics list should return data"),
        ([metric(ReturnData=False)], "Exactly one element"),
        ([metric(), metric("m1", ReturnData=False)], "must differ"),
        ([metric("M1")], "small letter"),
        ([metric(period=7)], "7 for Period"),
        ([metric(ReturnData=False), {"Id": "e", "Expression": "m1 +"}], "Error in expression 'e'"),
        ([metric(ReturnData=False), {"Id": "e", "Expression": "m1 / m2"}], "no query with the id m2"),
        ([{"Id": "e", "Expression": "SEARCH('{Shop} Errors', 'Sum', 60)"}], "SEARCH"),
        ([metric(ReturnData=False), {"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m1)"}], "not built"),
        ([metric(f"m{n}", ReturnData=n == 0) for n in range(11)], "at most 10 metrics"),
    ],
)
def test_an_expression_that_makes_no_sense(cloud: TestCloud, metrics: list[dict[str, Any]], message: str) -> None:
    code, text = refusal(
        cloud.client("cloudwatch").put_metric_alarm,
        AlarmName="a",
        Metrics=metrics,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert message in text
    assert code == "ValidationError"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"AlarmRule": "ALARM(a) AND"}, "at line 1, column 13: the rule ends, expected"),
        ({"AlarmRule": "ALARM(a) OR\n  WRONG"}, "at line 2, column 3: found"),
        ({"AlarmRule": "ALARM(a) OR ALARM(b)"}, "alarms [b] in the alarm rule do not exist"),
        ({"AlarmRule": "ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:b)"}, "alarms [b]"),
        ({"AlarmRule": "ALARM(c)"}, "cycle: c -> c"),
        ({"AlarmRule": "AT_LEAST(3, ALARM, (a))"}, "AT_LEAST asks for 3 of 1 alarms"),
        ({"AlarmRule": "ALARM(a)", "AlarmActions": ["arn:aws:automate:us-east-1:ec2:stop"]}, "Invalid alarm action"),
        ({"AlarmRule": "ALARM(a)", "ActionsSuppressor": "a"}, "ActionsSuppressorWaitPeriod is missing"),
        ({"AlarmRule": "ALARM(a)", "ActionsSuppressorWaitPeriod": 5}, "without ActionsSuppressor"),
        (
            {
                "AlarmRule": "ALARM(a)",
                "ActionsSuppressor": "nobody",
                "ActionsSuppressorWaitPeriod": 5,
                "ActionsSuppressorExtensionPeriod": 5,
            },
            "nobody does not exist",
        ),
    ],
)
def test_a_composite_that_makes_no_sense(cloud: TestCloud, request_: dict[str, Any], message: str) -> None:
    put_quiet(cloud, "a")
    code, text = refusal(cloud.client("cloudwatch").put_composite_alarm, AlarmName="c", **request_)
    assert message in text
    assert code == "ValidationError"


def test_a_rule_longer_than_aws_takes(cloud: TestCloud) -> None:
    rule = "TRUE OR " * 1400 + "TRUE"
    _, text = refusal(cloud.client("cloudwatch").put_composite_alarm, AlarmName="c", AlarmRule=rule)
    assert "10240" in text


def test_a_cycle_is_refused_at_the_update_that_would_close_it(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_quiet(cloud, "a")
    client.put_composite_alarm(AlarmName="one", AlarmRule="ALARM(a)")
    client.put_composite_alarm(AlarmName="two", AlarmRule="ALARM(one)")
    code, text = refusal(client.put_composite_alarm, AlarmName="one", AlarmRule="ALARM(two)")
    assert code == "ValidationError"
    assert "one -> two -> one" in text
    set_state(cloud, "a", "ALARM")
    shown = client.describe_alarms(AlarmNames=["one", "two"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert [alarm["StateValue"] for alarm in shown] == ["ALARM", "ALARM"]


def test_a_child_cannot_be_deleted_before_its_parent(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_quiet(cloud, "a", "b")
    client.put_composite_alarm(AlarmName="parent", AlarmRule="ALARM(a)")
    code, text = refusal(client.delete_alarms, AlarmNames=["b", "a"])
    assert code == "ValidationError"
    assert "Cannot delete a as there are composite alarms depending on it: parent" in text
    assert len(client.describe_alarms()["MetricAlarms"]) == 2
    client.delete_alarms(AlarmNames=["a", "parent", "b", "nobody"])
    assert client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])["MetricAlarms"] == []


def test_two_composites_are_not_deleted_at_once(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    for name in ("one", "two"):
        client.put_composite_alarm(AlarmName=name, AlarmRule="FALSE")
    assert "at most one composite" in refusal(client.delete_alarms, AlarmNames=["one", "two"])[1]


def test_a_name_is_of_one_kind(cloud: TestCloud) -> None:
    put_alarm(cloud, "a")
    _, text = refusal(cloud.client("cloudwatch").put_composite_alarm, AlarmName="a", AlarmRule="TRUE")
    assert "it is a MetricAlarm" in text


def test_states_by_hand(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    code, _ = refusal(client.set_alarm_state, AlarmName="nobody", StateValue="OK", StateReason="r")
    assert code == "ResourceNotFound"
    put_alarm(cloud, "a")
    code, _ = refusal(client.set_alarm_state, AlarmName="a", StateValue="OK", StateReason="r", StateReasonData="{")
    assert code == "InvalidFormat"
    assert refusal(client.set_alarm_state, AlarmName="a", StateValue="RED", StateReason="r")[1]


def test_operations_that_are_not_built_say_their_name(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    _, text = refusal(client.describe_anomaly_detectors)
    assert "DescribeAnomalyDetectors" in text
    _, text = refusal(client.describe_insight_rules)
    assert "DescribeInsightRules" in text


def test_a_page_that_nobody_gave(cloud: TestCloud) -> None:
    assert refusal(cloud.client("cloudwatch").describe_alarms, NextToken="x")[0] == "InvalidNextToken"
