"""A metric that is made from log lines, read back as one number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers import aws
from helpers.tracing.shop import ship

ARRIVAL = 90.0
"""Seconds that CloudWatch may take to make a metric of a log line; locally as much shorter as its minutes are."""
_WINDOW = timedelta(minutes=15)


def total(namespace: str, name: str) -> float:
    """Return the sum of a metric over the last quarter of an hour; 0 if there is no such metric."""
    now = datetime.now(UTC)
    answer = aws.client("cloudwatch").get_metric_statistics(
        Namespace=namespace, MetricName=name, Statistics=["Sum"], Period=60,
        StartTime=now - _WINDOW, EndTime=now + timedelta(minutes=1),
    )  # fmt: skip
    return sum(float(point["Sum"]) for point in answer["Datapoints"])


def ship_and_count(found: Iterable[Mapping[str, Any]], group: str) -> float:
    """Send log lines to a log group and return by how much the metric of its first metric filter rises.

    0 if the group has no metric filter, or if nothing has come of the lines by the time that CloudWatch needs.
    """
    filters = aws.client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    if not filters:
        ship(found, group)
        return 0.0
    made = filters[0]["metricTransformations"][0]
    before = total(made["metricNamespace"], made["metricName"])
    ship(found, group)
    try:
        # All lines of a shipment are read at once: the first number that is higher is the last.
        return aws.wait(
            f"the metric {made['metricName']}",
            lambda: total(made["metricNamespace"], made["metricName"]) - before,
            limit=5 + ARRIVAL / aws.time_scale(),
        )
    except aws.WaitTimeout:
        return 0.0
