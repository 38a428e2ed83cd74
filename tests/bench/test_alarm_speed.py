"""From a breach to the message at the end of a topic, with a hundred alarms: within one period and a little."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from tests.bench.measuring import say_seconds
from tests.localcloud.support import TestCloud, eventually

ALARMS = 100
BREACHES = 10
NAMESPACE = "Bench"
# A minute of AWS's lasts a second; the breach may come at any moment of its period.
PERIOD, ALLOWANCE, GROSS = 1.0, 0.2, 3.0


def subscribed(cloud: TestCloud) -> tuple[str, str]:
    """Make a topic and a queue that listens to it; return the topic's ARN and the queue's URL."""
    topic = cloud.client("sns").create_topic(Name="alarms")["TopicArn"]
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, url


def put_alarms(cloudwatch: Any, topic: str) -> None:
    for number in range(ALARMS):
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number:03}", Namespace=NAMESPACE, MetricName=f"m{number:03}", Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching", AlarmActions=[topic],
        )  # fmt: skip


def delay(cloudwatch: Any, sqs: Any, url: str, number: int) -> float:
    """Let one alarm breach and return the seconds until its message is in the queue."""
    name = f"alarm-{number:03}"
    started = time.monotonic()
    cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=[{"MetricName": f"m{number:03}", "Value": 1}])

    def arrived() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            told = json.loads(json.loads(message["Body"])["Message"])
            if told["AlarmName"] == name and told["NewStateValue"] == "ALARM":
                return True
        return False

    while not arrived():
        assert time.monotonic() - started < 30, f"{name} did not tell"
        threading.Event().wait(0.005)
    return time.monotonic() - started


def test_from_breach_to_delivery_with_a_hundred_alarms(cloud: TestCloud) -> None:
    cloudwatch, sqs = cloud.client("cloudwatch"), cloud.client("sqs")
    topic, url = subscribed(cloud)
    put_alarms(cloudwatch, topic)

    def all_settled() -> bool:
        pages = cloudwatch.get_paginator("describe_alarms").paginate(StateValue="OK")
        return sum(len(page["MetricAlarms"]) for page in pages) == ALARMS

    eventually(all_settled, seconds=30, what="a hundred alarms to be OK")
    delays = sorted(delay(cloudwatch, sqs, url, number) for number in range(BREACHES))
    print("\nfrom breach to delivery, s:", " ".join(f"{each:.2f}" for each in delays))
    say_seconds(f"slowest of {BREACHES}, {ALARMS} alarms", delays[-1], goal=PERIOD + ALLOWANCE, gross=GROSS)
