"""What the base measures and logs by itself is in our CloudWatch and Logs."""

from __future__ import annotations

import json

from tests.localcloud.cloudwatch.functions import create, invoke_once
from tests.localcloud.support import TestCloud, eventually


def test_the_invocations_of_a_function_are_metrics(cloud: TestCloud) -> None:
    invoke_once(cloud, "measured")
    client = cloud.client("cloudwatch")

    def listed() -> set[str]:
        return {metric["MetricName"] for metric in client.list_metrics(Namespace="AWS/Lambda")["Metrics"]}

    eventually(lambda: listed() >= {"Invocations", "Errors", "Duration"}, what="the metrics of the function")


def test_what_a_function_prints_is_in_its_log_group(cloud: TestCloud) -> None:
    invoke_once(cloud, "talking")
    client = cloud.client("logs")

    def said() -> list[str]:
        groups = client.describe_log_groups(logGroupNamePrefix="/aws/lambda/talking")["logGroups"]
        if not groups:
            return []
        found = client.filter_log_events(logGroupName="/aws/lambda/talking", filterPattern='"the function says"')
        return [event["message"] for event in found["events"]]

    assert [line.strip() for line in eventually(said, what="the line")] == ["the function says hello"]


def test_what_was_said_before_a_log_group_was_deleted_does_not_bring_it_back(cloud: TestCloud) -> None:
    functions, logs = cloud.client("lambda"), cloud.client("logs")
    create(cloud, "gone")

    def say() -> None:
        functions.invoke(FunctionName="gone", Payload=json.dumps({"word": "hello"}))

    def groups() -> set[str]:
        return {group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]}

    for _ in range(60):
        say()
    eventually(lambda: "/aws/lambda/gone" in groups(), what="the log group")
    logs.delete_log_group(logGroupName="/aws/lambda/gone")
    invoke_once(cloud, "later")  # lines arrive in their order
    eventually(lambda: "/aws/lambda/later" in groups(), what="the later log group")
    assert "/aws/lambda/gone" not in groups()
    say()
    eventually(lambda: "/aws/lambda/gone" in groups(), what="what was said after the deletion")


def test_a_rule_writes_events_into_a_log_group(cloud: TestCloud) -> None:
    rules, logs = cloud.client("events"), cloud.client("logs")
    logs.create_log_group(logGroupName="/aws/events/alarms")
    rules.put_rule(Name="alarms", EventPattern=json.dumps({"source": ["aws.cloudwatch"]}))
    arn = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:/aws/events/alarms"
    rules.put_targets(Rule="alarms", Targets=[{"Id": "log", "Arn": arn}])
    cloudwatch = cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="a", Namespace="N", MetricName="m", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="a drill")

    def written() -> list[dict[str, object]]:
        found = logs.filter_log_events(logGroupName="/aws/events/alarms", filterPattern='{ $.detail.alarmName = "a" }')
        return [json.loads(event["message"]) for event in found["events"]]

    event = eventually(written, what="the event in the log")[0]
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["account"] == cloud.account
