"""What the base measures, logs and alarms, kept in our CloudWatch and Logs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .base.observability import Events
from .resource import request_of
from .scope import Scope
from .service import ServiceError

if TYPE_CHECKING:
    from .cloudwatch import CloudWatch
    from .logs import Logs


class Observatory:
    """An observer of the base (`base.observability.Observer`)."""

    def __init__(self, cloudwatch: CloudWatch, logs: Logs) -> None:
        self._cloudwatch = cloudwatch
        self._logs = logs

    def measured(self, scope: Scope, namespace: str, datum: Mapping[str, Any]) -> None:
        """Keep a metric of a service: the only road to a namespace that starts with AWS/."""
        self._cloudwatch.metrics.publish(scope, namespace, [datum])

    def logged(self, scope: Scope, group: str, stream: str, events: Events) -> None:
        """Keep log events; group and stream are made where they are not there."""
        self._logs.ingest(scope, group, stream, events)

    def event_arrived(self, scope: Scope, group: str, message: str) -> None:
        """Keep an event that a rule of EventBridge sends to a log group, in a stream of its own as on AWS."""
        self._logs.ingest(scope, group, str(uuid.uuid4()), [(round(time.time() * 1000), message)])

    def put_alarm(self, scope: Scope, alarm: Mapping[str, Any]) -> None:
        """Make an alarm of the base's (target tracking of EC2 Auto Scaling)."""
        self._cloudwatch.put_metric_alarm(scope, request_of("cloudwatch", "PutMetricAlarm", alarm))

    def delete_alarm(self, scope: Scope, name: str) -> None:
        """Delete an alarm of the base's."""
        try:
            self._cloudwatch.delete_alarms(scope, {"AlarmNames": [name]})
        except ServiceError as error:
            if error.code != "ResourceNotFound":
                raise

    def first_alarm(self, scope: Scope, arn: str, start: float, end: float) -> float | None:
        """Return when the alarm was first in ALARM, as its history tells (AppConfig's monitors ask)."""
        name = arn.rpartition(":alarm:")[2]
        asked: dict[str, Any] = {"AlarmName": name, "HistoryItemType": "StateUpdate"}
        asked |= {
            "ScanBy": "TimestampAscending",
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "EndDate": datetime.fromtimestamp(end, UTC),
        }
        history = self._cloudwatch.describe_alarm_history(scope, asked)["AlarmHistoryItems"]
        state, since = "", 0.0
        for item in history:
            moment = item["Timestamp"].timestamp()
            if state == "ALARM" and moment >= start:
                return max(since, start)
            state, since = ("ALARM" if "to ALARM" in item["HistorySummary"] else ""), moment
        return max(since, start) if state == "ALARM" else None
