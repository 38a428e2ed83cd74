"""What CloudWatch Logs measures of itself: AWS/Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ..cloud import Cloud
from ..cloudwatch.metrics import Metrics
from ..scope import Scope

NAMESPACE = "AWS/Logs"


class Usage:
    """Counts what comes in, for each log group."""

    def __init__(self, cloud: Cloud) -> None:
        self._metrics = Metrics(cloud)

    def incoming(self, scope: Scope, group: str, messages: Sequence[str]) -> None:
        """Publish how many events have arrived, and how many bytes they have."""
        of_group = {"Dimensions": [{"Name": "LogGroupName", "Value": group}]}
        size = sum(len(message) if message.isascii() else len(message.encode()) for message in messages)
        measured = [
            {"MetricName": "IncomingLogEvents", "Value": float(len(messages)), **of_group},
            {"MetricName": "IncomingBytes", "Value": float(size), "Unit": "Bytes", **of_group},
        ]
        self._metrics.publish(scope, NAMESPACE, measured)
