"""GetMetricData, GetMetricStatistics, ListMetrics: statistics, windows, pages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.localcloud.cloudwatch.measuring import NAMESPACE, answer, ask, datum, moment, put, series, stat
from tests.localcloud.support import TestCloud

VALUES = [float(value) for value in np.random.default_rng(7).gamma(2.0, 50.0, 400)]


def put_values(client: Any) -> None:
    put(client, *(datum("took", moment(5), Value=value, Unit="Milliseconds") for value in VALUES))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 400.0),
        ("Sum", sum(VALUES)),
        ("Average", float(np.mean(VALUES))),
        ("Minimum", min(VALUES)),
        ("Maximum", max(VALUES)),
        ("p50", float(np.percentile(VALUES, 50))),
        ("p99.9", float(np.percentile(VALUES, 99.9))),
        ("p0", min(VALUES)),
        ("p100", max(VALUES)),
        ("PR(:100)", 100 * float(np.mean(np.array(VALUES) <= 100))),
        ("TC(100:200)", float(sum(100 < value <= 200 for value in VALUES))),
        ("TS(:100)", float(sum(value for value in VALUES if value <= 100))),
        ("TM(:100)", float(np.mean([value for value in VALUES if value <= 100]))),
        ("WM(:100)", float(np.mean(np.clip(VALUES, None, 100)))),
    ],
)
def test_a_statistic_is_what_it_says(cloud: TestCloud, name: str, expected: float) -> None:
    client = cloud.client("cloudwatch")
    put_values(client)
    assert ask(client, stat("took", name))["m"] == [pytest.approx(expected)]


def test_trimmed_statistics_leave_out_the_outer_shares(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put_values(client)
    found = ask(client, stat("took", "tm90", id="tm"), stat("took", "IQM", id="iqm"), stat("took", "tc75", id="tc"))
    low, high, p90 = np.percentile(VALUES, [25, 75, 90])
    assert found["tm"] == [pytest.approx(np.mean([value for value in VALUES if value <= p90]))]
    assert found["iqm"] == [pytest.approx(np.mean([value for value in VALUES if low < value <= high]))]
    assert found["tc"] == [300]


def test_percentiles_weigh_values_by_their_counts(cloud: TestCloud) -> None:
    client, at = cloud.client("cloudwatch"), moment(5)
    put(client, datum("took", at, Values=[10, 20, 30], Counts=[97, 2, 1]))
    spread = [10.0] * 97 + [20.0] * 2 + [30.0]
    for share in (50, 97, 98, 99, 99.9):
        found = ask(client, stat("took", f"p{share}"))["m"]
        assert found == [pytest.approx(np.percentile(spread, share))]


def test_percentiles_need_values_not_statistic_sets(cloud: TestCloud) -> None:
    client, at = cloud.client("cloudwatch"), moment(5)
    put(client, datum("a", at, StatisticValues={"SampleCount": 9, "Sum": 45, "Minimum": 1, "Maximum": 9}))
    put(client, datum("b", at, StatisticValues={"SampleCount": 9, "Sum": 45, "Minimum": 5, "Maximum": 5}))
    put(client, datum("c", at, StatisticValues={"SampleCount": 1, "Sum": 4, "Minimum": 4, "Maximum": 4}))
    found = ask(client, *(stat(name, "p90", id=name) for name in "abc"))
    assert found == {"a": [], "b": [5], "c": [4]}, "only a set that still says each value counts"


def test_percentiles_are_not_averages_of_percentiles(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    # Both minutes are of one day, also shortly after midnight.
    earlier = next(ago for ago in (5, 7) if moment(ago).date() == moment(ago - 1).date())
    put(client, *(datum("took", moment(earlier), Value=10) for _ in range(99)))
    put(client, datum("took", moment(earlier - 1), Value=1000))
    daily = ask(client, stat("took", "p90", period=86400), minutes=earlier)["m"]
    by_minute = ask(client, stat("took", "p90"))["m"]
    assert by_minute == [10, 1000]
    assert daily == [10]
    assert np.mean(by_minute) != daily[0]


def test_a_gap_is_a_gap(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    series(client, "m", [1, None, 3])
    result = answer(client, stat("m"))[0]
    assert result["Values"] == [1, 3]
    assert (result["Timestamps"][1] - result["Timestamps"][0]).total_seconds() == 120


def test_the_latest_comes_first_unless_asked_otherwise(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    series(client, "m", [1, 2, 3])
    found = client.get_metric_data(MetricDataQueries=[stat("m")], StartTime=moment(9), EndTime=moment(-1))
    assert found["MetricDataResults"][0]["Values"] == [3, 2, 1]


def test_pages_cover_every_datapoint_once(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    series(client, "a", range(7))
    series(client, "b", range(10, 15))
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[stat("a", id="a"), stat("b", id="b")],
        StartTime=moment(30),
        EndTime=moment(-1),
        ScanBy="TimestampAscending",
        MaxDatapoints=4,
    )
    values: dict[str, list[float]] = {"a": [], "b": []}
    for page in pages:
        for result in page["MetricDataResults"]:
            values[result["Id"]] += result["Values"]
    assert values == {"a": list(range(7)), "b": list(range(10, 15))}


def test_labels_tell_series_apart_and_can_be_computed(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    series(client, "m", [1, 2, 6], service="web")
    series(client, "m", [4], service="orders")
    named = {**stat("m", id="c"), "Label": "${PROP('Dim.service')}: max ${MAX}, last ${LAST}, ${LABEL}"}
    found = answer(client, stat("m", id="a"), stat("m", id="b", service="orders"), named)
    assert [result["Label"] for result in found] == ["web", "orders", "web: max 6, last 6, web"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Id": "m", "MetricStat": {**stat("m")["MetricStat"], "Stat": "p101"}}, "is not a statistic"),
        ({"Id": "m", "MetricStat": {**stat("m")["MetricStat"], "Period": 45}}, "multiple of 60"),
        ({"Id": "m"}, "either Expression or MetricStat"),
    ],
)
def test_a_query_that_makes_no_sense_is_told(cloud: TestCloud, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        ask(cloud.client("cloudwatch"), wrong)


def test_a_window_that_ends_before_it_starts_is_told(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(ClientError, match="StartTime must be less"):
        client.get_metric_data(MetricDataQueries=[stat("m")], StartTime=moment(1), EndTime=moment(2))


def test_too_many_datapoints_are_refused_with_the_way_out(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.InvalidParameterCombinationException, match="increasing Period"):
        client.get_metric_statistics(
            Namespace=NAMESPACE, MetricName="m", StartTime=moment(60 * 24 * 3), EndTime=moment(), Period=60,
            Statistics=["Sum"],
        )  # fmt: skip


def test_list_metrics_filters_by_dimension_and_pages(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    put(client, *(datum("m", moment(), service=f"s{number:03}", Value=1) for number in range(600)))
    pages = client.get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    assert len([metric for page in pages for metric in page["Metrics"]]) == 600
    one = client.list_metrics(Dimensions=[{"Name": "service", "Value": "s007"}])["Metrics"]
    assert [metric["MetricName"] for metric in one] == ["m"]
    assert client.list_metrics(Dimensions=[{"Name": "other"}])["Metrics"] == []
    with pytest.raises(ClientError, match="token"):
        client.list_metrics(NextToken="garbage")
