"""What alarms do: SNS delivers, functions run, failures are told; and what EventBridge hears."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.localcloud.cloudwatch import functions
from tests.localcloud.cloudwatch.alarms.inbox import (
    Inbox,
    history,
    measure,
    put_alarm,
    put_quiet,
    set_state,
    wait_for_state,
)
from tests.localcloud.support import TestCloud, eventually

KEEPING = """
import json, os, urllib.request
import boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl="{queue}", MessageBody=json.dumps(event))
"""


def test_a_breach_is_delivered_to_the_queue_behind_the_topic(cloud: TestCloud, inbox: Inbox) -> None:
    put_alarm(cloud, AlarmDescription="too many errors", AlarmActions=[inbox.topic], OKActions=[inbox.topic])
    wait_for_state(cloud, "errors", "OK")
    inbox.wait_for(1)
    measure(cloud, 5)
    breach = inbox.wait_for(2)[1]
    assert inbox.bodies[1]["Subject"] == 'ALARM: "errors" in US East (N. Virginia)'
    reason = re.sub(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d", "then", breach.pop("NewStateReason"))
    assert reason == "Threshold Crossed: 1 datapoint [5.0 (then)] was greater than the threshold (1.0)."
    for moment in ("StateChangeTime", "AlarmConfigurationUpdatedTimestamp"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", breach.pop(moment))
    assert breach == {
        "AlarmName": "errors",
        "AlarmDescription": "too many errors",
        "AWSAccountId": cloud.account,
        "NewStateValue": "ALARM",
        "OldStateValue": "OK",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:errors",
        "OKActions": [inbox.topic],
        "AlarmActions": [inbox.topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Errors",
            "Namespace": "Shop",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [],
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    assert inbox.wait_for(3)[2]["NewStateValue"] == "OK"
    taken = eventually(
        lambda: [h for h in history(cloud, "errors", "Action") if len(history(cloud, "errors", "Action")) == 3]
    )
    assert {item["HistorySummary"] for item in taken} == {f"Successfully executed action {inbox.topic}"}
    assert json.loads(taken[0]["HistoryData"])["actionState"] == "Succeeded"


def test_an_alarm_on_an_expression_tells_its_metrics(cloud: TestCloud, inbox: Inbox) -> None:
    metric = {"Namespace": "Shop", "MetricName": "Errors", "Dimensions": [{"Name": "Service", "Value": "web"}]}
    metrics = [
        {"Id": "e", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p90"}, "ReturnData": False},
        {"Id": "twice", "Expression": "2 * e", "Label": "twice"},
    ]
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="double",
        Metrics=metrics,
        EvaluationPeriods=2,
        DatapointsToAlarm=1,
        Threshold=10,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[inbox.topic],
    )
    data = {"MetricName": "Errors", "Value": 5, "Dimensions": metric["Dimensions"]}
    cloud.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[data])
    message = inbox.wait_for(1)[0]
    trigger = message["Trigger"]
    assert (trigger["EvaluationPeriods"], trigger["DatapointsToAlarm"]) == (2, 1)
    assert trigger["Metrics"][1] == metrics[1]
    assert trigger["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"] == [{"value": "web", "name": "Service"}]
    # The alarm itself has soon another reason, when the datapoint is too old for it.
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 out of the last 2 datapoints [10.0 (")


def test_a_composite_names_the_child_behind_it(cloud: TestCloud, inbox: Inbox) -> None:
    put_quiet(cloud, "child")
    cloud.client("cloudwatch").put_composite_alarm(
        AlarmName="parent", AlarmRule="ALARM(child)", AlarmActions=[inbox.topic]
    )
    set_state(cloud, "child", "ALARM")
    message = inbox.wait_for(1)[0]
    assert message["AlarmRule"] == "ALARM(child)"
    child = f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:child"
    assert [(c["Arn"], c["State"]["Value"]) for c in message["TriggeringChildren"]] == [(child, "ALARM")]
    assert message["NewStateReason"].startswith(f"{child} transitioned to ALARM at ")


def test_a_long_or_foreign_name_fits_into_the_subject(cloud: TestCloud, inbox: Inbox) -> None:
    name = "zu viele Fehler für alle " + "x" * 200
    put_quiet(cloud, name, AlarmActions=[inbox.topic])
    set_state(cloud, name, "ALARM")
    assert inbox.wait_for(1)[0]["AlarmName"] == name
    assert len(inbox.bodies[0]["Subject"]) == 100


def test_a_function_gets_awss_event(cloud: TestCloud, inbox: Inbox) -> None:
    function = functions.create(cloud, "page", KEEPING.format(queue=inbox.queue))
    put_quiet(cloud, "errors", AlarmActions=[function], AlarmDescription="too many")
    set_state(cloud, "errors", "ALARM", "because")
    event = _first(cloud, inbox)
    moment = event["alarmData"]["state"]["timestamp"]
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmArn"] == f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:errors"
    assert (event["accountId"], event["region"], event["time"]) == (cloud.account, "us-east-1", moment)
    data = event["alarmData"]
    assert data["alarmName"] == "errors"
    assert data["state"] == {"value": "ALARM", "reason": "because", "timestamp": moment}
    assert data["previousState"]["value"] == "OK"
    assert data["configuration"]["description"] == "too many"
    stat = data["configuration"]["metrics"][0]["metricStat"]
    assert stat == {"metric": {"namespace": "Shop", "name": "Never", "dimensions": {}}, "period": 60, "stat": "Sum"}


def _first(cloud: TestCloud, inbox: Inbox) -> dict[str, Any]:
    sqs = cloud.client("sqs")

    def receive() -> list[dict[str, Any]]:
        answer = sqs.receive_message(QueueUrl=inbox.queue, WaitTimeSeconds=1)
        return list(answer.get("Messages", []))

    body: dict[str, Any] = json.loads(eventually(receive, what="a message in the queue")[0]["Body"])
    return body


def test_eventbridge_hears_of_each_change(cloud: TestCloud, inbox: Inbox) -> None:
    events = cloud.client("events")
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": inbox.queue_arn}])
    put_quiet(cloud, "errors")
    event = _first(cloud, inbox)
    assert event["resources"] == [f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:errors"]
    detail = event["detail"]
    assert (detail["alarmName"], detail["state"]["value"]) == ("errors", "OK")
    assert detail["previousState"]["value"] == "INSUFFICIENT_DATA"
    assert detail["configuration"]["metrics"][0]["returnData"] is True


def test_a_topic_that_is_gone_is_told_in_the_history_and_keeps_no_other_action(cloud: TestCloud, inbox: Inbox) -> None:
    gone = f"arn:aws:sns:us-east-1:{cloud.account}:gone"
    put_quiet(cloud, "errors", AlarmActions=[gone, inbox.topic])
    set_state(cloud, "errors", "ALARM")
    assert inbox.wait_for(1)[0]["NewStateValue"] == "ALARM"
    items = eventually(lambda: len(found := history(cloud, "errors", "Action")) == 2 and found)
    summaries = {item["HistorySummary"].split(". ")[0] for item in items}
    assert summaries == {f"Failed to execute action {gone}", f"Successfully executed action {inbox.topic}"}
    failed = next(json.loads(i["HistoryData"]) for i in items if "Failed" in i["HistorySummary"])
    assert failed["actionState"] == "Failed"
    assert failed["error"]


def test_a_subscriber_that_is_down_is_no_matter_of_the_alarm(cloud: TestCloud, inbox: Inbox) -> None:
    """SNS takes the message; that nobody answers at the endpoint holds nothing back."""
    cloud.client("sns").subscribe(TopicArn=inbox.topic, Protocol="http", Endpoint="http://127.0.0.1:9/nobody")
    put_quiet(cloud, "errors", AlarmActions=[inbox.topic])
    set_state(cloud, "errors", "ALARM")
    assert inbox.wait_for(1)[0]["NewStateValue"] == "ALARM"
    eventually(lambda: history(cloud, "errors", "Action"))


def test_a_function_that_is_not_there_is_told(cloud: TestCloud) -> None:
    nobody = f"arn:aws:lambda:us-east-1:{cloud.account}:function:nobody"
    put_quiet(cloud, "errors", AlarmActions=[nobody])
    set_state(cloud, "errors", "ALARM")
    item = eventually(lambda: history(cloud, "errors", "Action"))[0]
    assert item["HistorySummary"].startswith(f"Failed to execute action {nobody}")


def test_many_alarms_at_once_are_all_delivered(cloud: TestCloud, inbox: Inbox) -> None:
    names = [f"host{number}" for number in range(40)]
    for name in names:
        put_alarm(cloud, name, AlarmActions=[inbox.topic])
    measure(cloud, 5)
    assert {message["AlarmName"] for message in inbox.wait_for(40)} == set(names)
    assert len(inbox.bodies) == 40
