"""What the base measures and logs by itself is in our CloudWatch and Logs."""

from __future__ import annotations

from tests.localcloud.cloudwatch.functions import invoke_once
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
