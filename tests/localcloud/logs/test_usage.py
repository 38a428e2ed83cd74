"""CloudWatch Logs publishes what comes in, as metrics of AWS/Logs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.localcloud.support import TestCloud, eventually


def test_events_and_bytes_that_come_in_are_metrics(cloud: TestCloud) -> None:
    logs, cloudwatch = cloud.client("logs"), cloud.client("cloudwatch")
    logs.create_log_group(logGroupName="/shop/web")
    logs.create_log_stream(logGroupName="/shop/web", logStreamName="a")
    now = int(time.time() * 1000)
    for message in ("four", "grün"):
        logs.put_log_events(
            logGroupName="/shop/web", logStreamName="a", logEvents=[{"timestamp": now, "message": message}]
        )

    def total(name: str) -> float:
        end = datetime.now(UTC) + timedelta(minutes=1)
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/Logs", MetricName=name, Dimensions=[{"Name": "LogGroupName", "Value": "/shop/web"}],
            StartTime=end - timedelta(hours=1), EndTime=end, Period=86400, Statistics=["Sum"],
        )["Datapoints"]  # fmt: skip
        return sum(point["Sum"] for point in found)

    eventually(lambda: (total("IncomingLogEvents"), total("IncomingBytes")) == (2, 9), what="two events, nine bytes")
