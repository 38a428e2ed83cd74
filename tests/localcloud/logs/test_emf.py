"""Embedded metrics: events that are metrics, and events that only look so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localcloud.logs.conftest import make, now_ms, put
from tests.localcloud.logs.test_metric_filters import await_count, put_filter, statistics
from tests.localcloud.support import TestCloud


def embedded(metrics: Any = None, dimensions: Any = None, timestamp: Any = None, **members: Any) -> str:
    directive = {
        "Namespace": "Shop",
        "Dimensions": [["Service"]] if dimensions is None else dimensions,
        "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}] if metrics is None else metrics,
    }
    aws = {"Timestamp": now_ms() if timestamp is None else timestamp, "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": aws, "Service": "web", "Latency": 12, **members})


def test_any_group_has_embedded_metrics(cloud: TestCloud, logs: Any, messages_of: Any) -> None:
    event = embedded()
    put(logs, ["plain", event, embedded(Latency=[1, 2.5, 3])])
    assert await_count(cloud, 4, "Latency", Service="web")["Sum"] == 18.5
    assert messages_of(logs, "{ $.Latency = 12 }") == [event]


def test_each_dimension_set_is_a_metric_of_its_own(cloud: TestCloud, logs: Any) -> None:
    sets = [[], ["Service"], ["Service", "Region"], ["Service", "Absent"]]
    put(logs, [embedded(dimensions=sets, Region="eu", Latency=value) for value in (1, 2)])
    for dimensions in ({}, {"Service": "web"}, {"Service": "web", "Region": "eu"}):
        assert await_count(cloud, 2, "Latency", **dimensions)["Sum"] == 3
    metrics = cloud.client("cloudwatch").list_metrics(Namespace="Shop")["Metrics"]
    assert sorted(len(metric["Dimensions"]) for metric in metrics) == [0, 1, 2]


def test_the_timestamp_is_that_of_the_document(cloud: TestCloud, logs: Any) -> None:
    then = now_ms() // 60_000 * 60 - 4 * 3600
    put(logs, [embedded(timestamp=then * 1000), embedded(Latency=7)])
    await_count(cloud, 1, "Latency", Service="web")
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="Latency",
        Dimensions=[{"Name": "Service", "Value": "web"}],
        StartTime=then,
        EndTime=then + 60,
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [point["Sum"] for point in points] == [12]


INVALID = [
    '{"_aws": }',
    '{"_aws": 1}',
    json.dumps({"_aws": {"Timestamp": "now", "CloudWatchMetrics": []}}),
    json.dumps({"_aws": {"CloudWatchMetrics": []}}),
    embedded(timestamp=10**30),
    embedded(timestamp=10**14),
    embedded(dimensions=[["a"] * 31]),
    embedded(dimensions="Service"),
    embedded(metrics=[{"Name": f"m{number}"} for number in range(101)]),
    embedded(metrics=[{"Unit": "Count"}]),
    embedded(metrics=[{"Name": "Nested.x"}], Nested={"x": 1}),
    embedded(Latency="12"),
    embedded(Latency=True),
    embedded(Latency=list(range(101))),
    embedded(Service="x" * 1025),
    embedded(Service=7),
    embedded(Service=""),
    "[" * 10_000 + '"_aws"',
]


@pytest.mark.parametrize("event", INVALID, ids=range(len(INVALID)))
def test_what_breaks_the_format_stays_a_plain_line(cloud: TestCloud, logs: Any, messages_of: Any, event: str) -> None:
    put(logs, [event, embedded(Latency=1)])
    assert await_count(cloud, 1, "Latency", Service="web")["SampleCount"] == 1
    assert messages_of(logs)[0] == event


def test_embedded_metrics_and_filters_go_their_own_ways(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "{ $.Latency > 10 }", metricName="Slow")
    put(logs, [embedded(Latency=value) for value in (5, 20)])
    assert await_count(cloud, 2, "Latency", Service="web")["Sum"] == 25
    assert await_count(cloud, 1, "Slow")["Sum"] == 1


def test_high_resolution(cloud: TestCloud, logs: Any) -> None:
    put(logs, [embedded(metrics=[{"Name": "Latency", "StorageResolution": 1}])])
    await_count(cloud, 1, "Latency", Service="web")


def test_kill_9_right_after_the_first_embedded_event(private_cloud: TestCloud) -> None:
    logs = private_cloud.client("logs")
    make(logs)
    put(logs, [embedded(Latency=3)])
    private_cloud.kill()
    private_cloud.restart()
    assert await_count(private_cloud, 1, "Latency", Service="web")["Minimum"] == 3
    assert statistics(private_cloud, "Latency", {"Service": "web"})["Sum"] in (3, 6)
