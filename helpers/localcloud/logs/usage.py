"""What CloudWatch Logs measures of itself: AWS/Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ..cloud import Cloud
from ..cloudwatch.metrics import Metrics
from ..scope import Scope
from ..workers import Job

NAMESPACE = "AWS/Logs"
KIND = "logs.usage"


class Usage:
    """Counts what comes in, for each log group.

    A job publishes it, so that a writer waits for its own events only; a busy group is published as a whole.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._metrics = Metrics(cloud)
        self._workers = cloud.workers
        self._lock = threading.Lock()
        # For each scope and group: events and bytes that are not published yet.
        self._waiting: dict[Scope, dict[str, list[int]]] = {}

    def start(self) -> None:
        """Make the job known."""
        self._workers.register(KIND, self._publish)

    def incoming(self, scope: Scope, group: str, messages: Sequence[str]) -> None:
        """Count events that have arrived, and the bytes they have."""
        size = sum(len(message) if message.isascii() else len(message.encode()) for message in messages)
        with self._lock:
            under_way = scope in self._waiting
            counts = self._waiting.setdefault(scope, defaultdict(lambda: [0, 0]))[group]
            counts[0] += len(messages)
            counts[1] += size
        if not under_way:
            self._workers.start(KIND, scope, "incoming")

    def _publish(self, job: Job) -> None:
        with self._lock:
            groups = self._waiting.pop(job.scope, {})
        measured = [datum for group, counts in groups.items() for datum in _data(group, *counts)]
        if measured:
            self._metrics.publish(job.scope, NAMESPACE, measured)


def _data(group: str, events: int, size: int) -> list[dict[str, Any]]:
    of_group = {"Dimensions": [{"Name": "LogGroupName", "Value": group}]}
    return [
        {"MetricName": "IncomingLogEvents", "Value": float(events), **of_group},
        {"MetricName": "IncomingBytes", "Value": float(size), "Unit": "Bytes", **of_group},
    ]
