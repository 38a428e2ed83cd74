"""SLO alerts in CloudWatch: the shop's metrics, burn-rate alarms, whom they call, and their rehearsal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from helpers import aws
from helpers.slo.alerts import Alert
from helpers.slo.definitions import Definitions, Rehearsal
from helpers.slo.objective import Objective
from helpers.slo.policy import Pair
from helpers.slo.traffic import Month

T = TypeVar("T")
Document = dict[str, Any]

NAMESPACE = "Workbook/Shop"
BATCH = 1000
"""Data that PutMetricData takes in one call."""


def minute() -> float:
    """Return the real seconds that a minute of AWS lasts here: one where the local cloud runs sixty times as fast."""
    return 60 / aws.time_scale()


def metric(name: str, service: str) -> Document:
    """Return the metric `name` of a service as alarms and queries name it."""
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": [{"Name": "Service", "Value": service}]}


def counts(service: str, minutes: int) -> list[Document]:
    """Return the queries `errors` and `requests`: both counts of a service, summed over `minutes`."""
    return [_count("errors", "Errors", service, minutes), _count("requests", "Requests", service, minutes)]


def _count(id_: str, name: str, service: str, minutes: int) -> Document:
    stat = {"Metric": metric(name, service), "Stat": "Sum", "Period": minutes * 60}
    return {"Id": id_, "MetricStat": stat, "ReturnData": False}


def put_burn_alarm(name: str, minutes: int, burn: float, objective: Objective, service: str, lab: str) -> None:
    """Put an alarm, without any action, on the burn rate of a service over one window."""
    expression = f"(errors / requests) / {objective.budget:.6g}"
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Metrics=[
            *counts(service, minutes),
            {"Id": "burn", "Expression": expression, "Label": f"burn, {minutes} min", "ReturnData": True},
        ],
        Threshold=burn,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        TreatMissingData="notBreaching",
        Tags=_tags(lab),
    )


def put_pair(name: str, pair: Pair, objective: Objective, service: str, lab: str, runbook: str) -> None:
    """Put the two alarms of a pair of windows, and the composite `name` that calls for its action."""
    for window, minutes in (("long", pair.long), ("short", pair.short)):
        put_burn_alarm(f"{name}-{window}", minutes, pair.burn, objective, service, lab)
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName=name,
        AlarmRule=f'ALARM("{name}-long") AND ALARM("{name}-short")',
        AlarmActions=[topic(pair.action, lab)],
        AlarmDescription=f"Burn rate {pair.name}. Runbook: {runbook}",
        Tags=_tags(lab),
    )


def topic(action: str, lab: str) -> str:
    """Make the topic of an action ("page" or "ticket"), or take the one that is there, and return its ARN."""
    made = aws.client("sns").create_topic(Name=aws.name(action), Tags=_tags(lab))
    return str(made["TopicArn"])


def _tags(lab: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]


def actions() -> dict[str, str]:
    """Return "page" and "ticket" by the ARNs of their topics, whether these are there or not."""
    place = f"arn:aws:sns:{aws.region()}:{aws.account()}"
    return {f"{place}:{aws.name(action)}": action for action in ("page", "ticket")}


def definitions() -> Definitions:
    """Return the learner's alarms as CloudWatch describes them."""
    pages = (
        aws.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=f"{aws.prefix()}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    )
    found = [alarm for page in pages for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"])]
    return Definitions({alarm["AlarmName"]: alarm for alarm in found})


def rehearse(month: Month, service: str, alarms: Definitions | None = None) -> list[Alert]:
    """Return what the alarms (None: the learner's) would have called for over a recorded month of `service`.

    Raises ValueError for an alarm that cannot be replayed.
    """
    chosen = definitions() if alarms is None else alarms
    return Rehearsal(chosen, month.minutes, service).alerts(actions())


def states(*names: str) -> dict[str, str]:
    """Return the state of each alarm, "none" for one that is not there."""
    found = aws.client("cloudwatch").describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    known = {each["AlarmName"]: each["StateValue"] for each in (*found["MetricAlarms"], *found["CompositeAlarms"])}
    return {name: known.get(name, "none") for name in names}


def record(service: str, minutes: Iterable[tuple[float, float]]) -> None:
    """Publish (requests, errors) of past minutes, the last of them for the minute that is just over."""
    listed, now = list(minutes), datetime.now(UTC)
    data = [
        datum
        for back, (requests, errors) in enumerate(reversed(listed), 1)
        for datum in _data(service, requests, errors, now - timedelta(seconds=back * minute()))
    ]
    for first in range(0, len(data), BATCH):
        aws.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data[first : first + BATCH])


def serve(service: str, requests: float, errors: float, what: str, until: Callable[[], T | None], limit: float) -> T:
    """Publish the same counts minute by minute until `until` returns something true, and return that.

    `what` says what is awaited, `limit` is in minutes of AWS. Raises WaitTimeout.
    """
    published = float("-inf")

    def probe() -> T | None:
        nonlocal published
        if time.monotonic() - published >= minute():
            published = time.monotonic()
            data = _data(service, requests, errors, datetime.now(UTC))
            aws.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)
        return until()

    return aws.wait(what, probe, limit=limit * minute() + 30, every=min(minute() / 4, 5))


def _data(service: str, requests: float, errors: float, moment: datetime) -> list[Document]:
    dimensions = metric("", service)["Dimensions"]
    return [
        {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": "Count", "Timestamp": moment}
        | ({"StorageResolution": 1} if minute() < 60 else {})
        for name, value in (("Requests", requests), ("Errors", errors))
    ]
