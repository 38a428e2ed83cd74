"""A topic whose messages arrive in a queue, and alarms that publish to it."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.localcloud.support import TestCloud, eventually


class Inbox:
    """Reads what a topic delivers to a queue, in the order of its arrival."""

    def __init__(self, cloud: TestCloud, name: str = "alerts") -> None:
        self._sqs, sns = cloud.client("sqs"), cloud.client("sns")
        self.topic = str(sns.create_topic(Name=name)["TopicArn"])
        self.queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]
        self.queue_arn = attributes["QueueArn"]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.queue_arn)
        self.bodies: list[dict[str, Any]] = []

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Return the messages as soon as there are `count`."""
        return eventually(lambda: self._messages(count), what=f"{count} messages in the queue")

    def _messages(self, count: int) -> list[dict[str, Any]]:
        self.receive()
        return [json.loads(body["Message"]) for body in self.bodies] if len(self.bodies) >= count else []

    def receive(self, wait: int = 1) -> None:
        """Take what is in the queue, waiting up to `wait` seconds for something."""
        answer = self._sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        for message in answer.get("Messages", []):
            self._sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            self.bodies.append(json.loads(message["Body"]))


def put_alarm(cloud: TestCloud, name: str = "errors", **settings: Any) -> None:
    """Put an alarm: the sum over a minute (a second here) is above 1, unless told otherwise."""
    standard: dict[str, Any] = {
        "Namespace": "Shop",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    cloud.client("cloudwatch").put_metric_alarm(AlarmName=name, **{**standard, **settings})


def put_quiet(cloud: TestCloud, *names: str, **settings: Any) -> None:
    """Put alarms in OK that only SetAlarmState changes."""
    for name in names:
        put_alarm(cloud, name, MetricName="Never", TreatMissingData="ignore", **settings)
        set_state(cloud, name, "OK")


def set_state(cloud: TestCloud, name: str, value: str, reason: str = "by hand") -> None:
    cloud.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=value, StateReason=reason)


def measure(cloud: TestCloud, value: float, name: str = "Errors") -> None:
    cloud.client("cloudwatch").put_metric_data(Namespace="Shop", MetricData=[{"MetricName": name, "Value": value}])


def described(cloud: TestCloud, name: str) -> dict[str, Any]:
    """Return the alarm `name` as it is described."""
    both = ["MetricAlarm", "CompositeAlarm"]
    answer = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=both)
    found: dict[str, Any] = (answer["MetricAlarms"] + answer["CompositeAlarms"])[0]
    return found


def state(cloud: TestCloud, name: str) -> str:
    return str(described(cloud, name)["StateValue"])


def wait_for_state(cloud: TestCloud, name: str, value: str) -> dict[str, Any]:
    """Return the alarm as soon as it is in the state `value`."""
    eventually(lambda: state(cloud, name) == value, what=f"{name} in {value}")
    return described(cloud, name)


def wait_for_change(cloud: TestCloud, name: str, value: str) -> None:
    """Wait until the alarm has gone into the state `value`, in which it may be for seconds only."""
    eventually(
        lambda: any(item["HistorySummary"].endswith(f" to {value}") for item in history(cloud, name)),
        what=f"{name} on its way to {value}",
    )


def history(cloud: TestCloud, name: str, kind: str = "StateUpdate") -> list[dict[str, Any]]:
    """Return the entries of the history, the oldest first."""
    pages = (
        cloud.client("cloudwatch")
        .get_paginator("describe_alarm_history")
        .paginate(
            AlarmName=name,
            HistoryItemType=kind,
            ScanBy="TimestampAscending",
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        )
    )
    return [item for page in pages for item in page["AlarmHistoryItems"]]


def ticks(cloud: TestCloud, count: int) -> None:
    """Wait until an alarm that follows a metric has been evaluated `count` times since now."""
    limit = time.time() + count * 60 / cloud.time_scale
    eventually(lambda: time.time() > limit + 0.2, what=f"{count} evaluations")
