"""Metric filters: what they take, and the metrics that they really make."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.localcloud.cloudwatch.functions import invoke_once
from tests.localcloud.logs.conftest import GROUP, make, now_ms, put
from tests.localcloud.support import TestCloud, eventually


def put_filter(logs: Any, pattern: str, name: str = "f", group: str = GROUP, **transformation: Any) -> None:
    complete = {"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1", **transformation}
    logs.put_metric_filter(logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[complete])


def statistics(cloud: TestCloud, metric: str = "Errors", dimensions: dict[str, str] | None = None) -> dict[str, float]:
    """Return the sum, count, minimum and maximum of a metric over the last three hours."""
    now = datetime.now(UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in (dimensions or {}).items()],
        StartTime=now - timedelta(hours=3),
        EndTime=now + timedelta(hours=3),
        Period=21_600,
        Statistics=["Sum", "SampleCount", "Minimum", "Maximum"],
    )["Datapoints"]
    return {
        "Sum": sum(point["Sum"] for point in points),
        "SampleCount": sum(point["SampleCount"] for point in points),
        "Minimum": min((point["Minimum"] for point in points), default=0.0),
        "Maximum": max((point["Maximum"] for point in points), default=0.0),
    }


def await_count(cloud: TestCloud, count: float, metric: str = "Errors", **dimensions: str) -> dict[str, float]:
    def enough() -> dict[str, float] | None:
        found = statistics(cloud, metric, dimensions)
        return found if found["SampleCount"] >= count else None

    return eventually(enough, what=f"{count} datapoints of {metric}")


def test_matching_events_are_counted_from_now_on(cloud: TestCloud, logs: Any) -> None:
    put(logs, ["an ERROR of before"])
    put_filter(logs, "ERROR")
    put(logs, ["ERROR one", "INFO two", "ERROR three"])
    assert await_count(cloud, 2)["Sum"] == 2
    put(logs, ["ERROR four"])
    assert await_count(cloud, 3)["Sum"] == 3


def test_the_time_of_a_datapoint_is_that_of_its_event(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "ERROR")
    hour_ago = now_ms() - 3_600_000
    put(logs, ["ERROR"], at=hour_ago)
    await_count(cloud, 1)
    then = datetime.fromtimestamp(hour_ago // 60_000 * 60, UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="Errors",
        StartTime=then,
        EndTime=then + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [(point["Timestamp"], point["Sum"]) for point in points] == [(then, 1.0)]


def test_the_value_can_come_from_a_json_event(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "{ $.latency = * }", metricName="Latency", metricValue="$.latency", unit="Milliseconds")
    put(logs, [json.dumps({"latency": value}) for value in (50, "70.5", 1e2, "slow", None)] + ["latency"])
    found = await_count(cloud, 3, "Latency")
    assert found == {"Sum": 220.5, "SampleCount": 3, "Minimum": 50, "Maximum": 100}


def test_the_value_can_come_from_a_field_and_dimensions_too(cloud: TestCloud, logs: Any) -> None:
    put_filter(
        logs,
        "[ip, server, username, timestamp, request, status_code, bytes > 1000]",
        metricName="Bytes",
        metricValue="$bytes",
        dimensions={"Server": "$server", "Status": "$status_code"},
    )
    line = '127.0.0.1 {} frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 {}'
    put(logs, [line.format("Prod", 1534), line.format("Prod", 2000), line.format("Test", 4000), line.format("Test", 1)])
    assert await_count(cloud, 2, "Bytes", Server="Prod", Status="404")["Sum"] == 3534
    assert await_count(cloud, 1, "Bytes", Server="Test", Status="404")["Sum"] == 4000


def test_an_event_without_the_dimension_gives_no_datapoint(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "{ $.n = * }", metricValue="$.n", dimensions={"Kind": "$.kind"})
    put(logs, ['{"n": 5}', '{"n": 6, "kind": "a"}', '{"n": 7, "kind": "ü is no ASCII"}', '{"n": 8, "kind": "a"}'])
    assert await_count(cloud, 2, Kind="a")["Sum"] == 14


def test_the_default_value_is_for_events_that_do_not_match(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "ERROR", defaultValue=0)
    put(logs, ["INFO", "ERROR", "INFO"])
    assert await_count(cloud, 3) == {"Sum": 1, "SampleCount": 3, "Minimum": 0, "Maximum": 1}


def test_a_filter_that_is_changed_or_deleted(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "ERROR")
    put_filter(logs, "WARN", metricName="Warnings", unit="Count")
    put(logs, ["ERROR", "WARN"])
    assert await_count(cloud, 1, "Warnings")["Sum"] == 1
    assert statistics(cloud)["SampleCount"] == 0
    (described,) = logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    assert described["filterPattern"] == "WARN"
    assert described["metricTransformations"] == [
        {"metricName": "Warnings", "metricNamespace": "Shop", "metricValue": "1", "unit": "Count"}
    ]
    assert logs.describe_log_groups()["logGroups"][0]["metricFilterCount"] == 1
    logs.delete_metric_filter(logGroupName=GROUP, filterName="f")
    put_filter(logs, "WARN", name="other")
    put(logs, ["WARN"])
    await_count(cloud, 1)
    assert statistics(cloud, "Warnings")["SampleCount"] == 1
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_metric_filter(logGroupName=GROUP, filterName="f")


def test_filters_are_found_by_name_metric_and_page(logs: Any) -> None:
    for number in range(5):
        put_filter(logs, "ERROR", name=f"filter-{number}", metricName=f"Metric{number}")

    def names(**parameters: Any) -> list[str]:
        pages = logs.get_paginator("describe_metric_filters").paginate(PaginationConfig={"PageSize": 2}, **parameters)
        return [found["filterName"] for page in pages for found in page["metricFilters"]]

    assert names() == names(logGroupName=GROUP) == [f"filter-{number}" for number in range(5)]
    assert names(logGroupName=GROUP, filterNamePrefix="filter-3") == ["filter-3"]
    assert names(metricName="Metric2", metricNamespace="Shop") == ["filter-2"]
    with pytest.raises(logs.exceptions.InvalidParameterException, match="go together"):
        names(metricName="Metric2")


@pytest.mark.parametrize(
    ("pattern", "transformation", "text"),
    [
        ("ERROR", {"metricValue": "$.latency"}, "neither a number nor a value of the pattern"),
        ("[a, b]", {"metricValue": "$c"}, "neither a number"),
        ("{ $.a = 1 }", {"dimensions": {"A": "$.a"}, "defaultValue": 0}, "mutually exclusive"),
        ("{ $.a = 1 }", {"dimensions": dict.fromkeys("abcd", "$.a")}, "at most 3 dimensions"),
        ("ERROR", {"dimensions": {"A": "$.a"}}, "no value of the pattern"),
        ("ERROR", {"metricNamespace": "AWS/EC2"}, "AWS's own"),
        ("{ $.a = }", {}, "line 1, column 9"),
    ],
)
def test_filters_that_make_no_sense(logs: Any, pattern: str, transformation: dict[str, Any], text: str) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match=text):
        put_filter(logs, pattern, **transformation)
    assert logs.describe_metric_filters()["metricFilters"] == []


def test_what_is_not_built_is_refused_by_name(logs: Any) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match="applyOnTransformedLogs"):
        logs.put_metric_filter(
            logGroupName=GROUP,
            filterName="f",
            filterPattern="",
            metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
            applyOnTransformedLogs=True,
        )


def test_limits(logs: Any) -> None:
    for number in range(5):
        put_filter(logs, f"%a{number}%", name=f"regex-{number}")
    with pytest.raises(logs.exceptions.LimitExceededException, match="regular expressions"):
        put_filter(logs, "%b%", name="regex-5")
    for number in range(95):
        put_filter(logs, "ERROR", name=f"term-{number}")
    with pytest.raises(logs.exceptions.LimitExceededException, match="100 metric filters"):
        put_filter(logs, "ERROR", name="one-more")
    put_filter(logs, "WARN", name="term-0")


def test_test_metric_filter(logs: Any) -> None:
    lines = [
        '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
        '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324',
    ]
    answer = logs.test_metric_filter(
        filterPattern="[ip, user, username, timestamp, request, status_code=5*, bytes]", logEventMessages=lines
    )
    (match,) = answer["matches"]
    assert (match["eventNumber"], match["eventMessage"]) == (2, lines[1])
    assert match["extractedValues"]["$status_code"] == "500"
    assert match["extractedValues"]["$timestamp"] == "10/Oct/2000:13:35:22 -0700"
    assert logs.test_metric_filter(filterPattern="ERROR", logEventMessages=["INFO"])["matches"] == []
    with pytest.raises(logs.exceptions.InvalidParameterException, match="line 1, column 2"):
        logs.test_metric_filter(filterPattern="{", logEventMessages=["x"])


def test_a_hundred_thousand_events_are_counted_exactly(cloud: TestCloud, logs: Any) -> None:
    put_filter(logs, "ERROR")
    for _ in range(10):
        put(logs, ["ERROR" if number % 2 else "INFO" for number in range(10_000)])
    found = eventually(lambda: (seen := statistics(cloud))["SampleCount"] >= 50_000 and seen, what="all counted")
    assert found["SampleCount"] == found["Sum"] == 50_000


def test_kill_9_while_events_flow_loses_none(private_cloud: TestCloud) -> None:
    logs = private_cloud.client("logs")
    make(logs)
    put_filter(logs, "{ $.n = * }", metricName="N", dimensions={"N": "$.n"})
    sent: set[str] = set()
    for turn in range(3):
        for batch in range(4):
            numbers = [str(turn * 1000 + batch * 100 + number) for number in range(100)]
            put(private_cloud.client("logs"), [json.dumps({"n": number}) for number in numbers])
            sent |= set(numbers)
        private_cloud.kill()
        private_cloud.restart()

    def counted() -> set[str]:
        pages = private_cloud.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace="Shop")
        return {metric["Dimensions"][0]["Value"] for page in pages for metric in page["Metrics"]}

    # At least once: a batch in hand when the process died may be counted again, but nothing is missing.
    eventually(lambda: counted() == sent, what="every event counted")


def test_what_a_function_prints_is_counted(cloud: TestCloud) -> None:
    logs = cloud.client("logs")
    make(logs, group="/aws/lambda/speaker")
    put_filter(logs, '"the function says"', group="/aws/lambda/speaker")
    invoke_once(cloud, "speaker")
    assert await_count(cloud, 1)["Sum"] == 1
