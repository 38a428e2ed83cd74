"""PutMetricData: what it takes, what it refuses, and that what it took stays."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.cloudwatch.measuring import NAMESPACE, ask, datum, moment, put, stat
from tests.localcloud.support import TestCloud

STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum", "Average")


def simple(client: Any, name: str, **more: Any) -> dict[str, float]:
    """Return all simple statistics of a metric that has one period only."""
    found = client.get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=name,
        Dimensions=[{"Name": "service", "Value": "web"}],
        StartTime=moment(60),
        EndTime=moment(-60),
        Period=86400,
        Statistics=list(STATISTICS),
        **more,
    )["Datapoints"]
    assert len(found) == 1
    return {name: found[0][name] for name in STATISTICS}


def test_values_counts_and_statistic_sets_add_up(cloud: TestCloud) -> None:
    client, at = cloud.client("cloudwatch"), moment(5)
    put(
        client,
        datum("size", at, Value=4),
        datum("size", at, Values=[1, 7], Counts=[2, 1]),
        datum("size", at, Values=[10]),
        datum("size", at, StatisticValues={"SampleCount": 5, "Sum": 27, "Minimum": 0.5, "Maximum": 20}),
    )
    assert simple(client, "size") == {"SampleCount": 10, "Sum": 50, "Minimum": 0.5, "Maximum": 20, "Average": 5}


def test_dimensions_in_any_order_are_one_metric_and_others_are_another(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    pair = [{"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}]
    for dimensions in (pair, pair[::-1], pair[:1], []):
        client.put_metric_data(Namespace="N", MetricData=[{"MetricName": "m", "Value": 1, "Dimensions": dimensions}])
    listed = client.list_metrics(Namespace="N")["Metrics"]
    assert sorted(len(metric["Dimensions"]) for metric in listed) == [0, 1, 2]


def test_units_stay_apart(cloud: TestCloud) -> None:
    client, at = cloud.client("cloudwatch"), moment(5)
    put(client, datum("took", at, Value=2, Unit="Seconds"), datum("took", at, Value=300, Unit="Milliseconds"))
    assert simple(client, "took", Unit="Seconds")["Sum"] == 2
    query = stat("took")
    query["MetricStat"]["Unit"] = "Milliseconds"
    assert ask(client, query) == {"m": [300]}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2.0**361])
def test_what_is_no_number_is_refused(cloud: TestCloud, value: float) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match=r"member\.2\.Value"):
        put(client, datum("m", moment(), Value=1), datum("m", moment(), Value=value))
    assert client.list_metrics(Namespace=NAMESPACE)["Metrics"] == [], "nothing of a refused call is kept"


@pytest.mark.parametrize("off", [timedelta(days=-15), timedelta(hours=3)])
def test_a_skewed_clock_is_told(cloud: TestCloud, off: timedelta) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="check the clock"):
        put(client, datum("m", moment() + off, Value=1))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"Value": 1, "Values": [1]},
        {"Values": [1, 2], "Counts": [1]},
        {"Values": [1], "Counts": [0]},
        {"Values": list(range(151))},
        {"StatisticValues": {"SampleCount": 0, "Sum": 0, "Minimum": 0, "Maximum": 0}},
        {"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}},
        {"Value": 1, "StorageResolution": 7},
        {"Value": 1, "Dimensions": [{"Name": "a", "Value": "1"}, {"Name": "a", "Value": "2"}]},
        {"Value": 1, "Dimensions": [{"Name": ":a", "Value": "1"}]},
        {"Value": 1, "Dimensions": [{"Name": "a", "Value": " "}]},
        {"Value": 1, "Dimensions": [{"Name": "a", "Value": "ü"}]},
    ],
)
def test_what_makes_no_sense_is_refused(cloud: TestCloud, wrong: dict[str, Any]) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match=r"MetricData\.member\.1"):
        client.put_metric_data(Namespace="N", MetricData=[{"MetricName": "m", **wrong}])


def test_a_call_takes_a_thousand_data(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    thousand = [{"MetricName": "m", "Value": 1}] * 1000
    client.put_metric_data(Namespace="N", MetricData=thousand)
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="several calls"):
        client.put_metric_data(Namespace="N", MetricData=[*thousand, *thousand[:1]])


def test_the_namespaces_of_aws_are_not_for_customers(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="AWS/"):
        client.put_metric_data(Namespace="AWS/Lambda", MetricData=[{"MetricName": "m", "Value": 1}])


def test_nothing_to_put_is_told(cloud: TestCloud) -> None:
    client = cloud.client("cloudwatch")
    with pytest.raises(ClientError, match="MetricData is required"):
        client.put_metric_data(Namespace="N")


def test_accounts_and_regions_do_not_see_each_other(cloud: TestCloud) -> None:
    put(cloud.client("cloudwatch"), datum("m", moment(), Value=1))
    assert cloud.client("cloudwatch", region="eu-west-1").list_metrics()["Metrics"] == []
    assert cloud.client("cloudwatch", account="123412341234").list_metrics(Namespace=NAMESPACE)["Metrics"] == []


def test_what_was_answered_outlives_a_killed_cloud(private_cloud: TestCloud) -> None:
    client = private_cloud.client("cloudwatch")
    put(client, *(datum("m", moment(3), Value=value) for value in range(1000)))
    private_cloud.kill()
    private_cloud.restart()
    client = private_cloud.client("cloudwatch")
    put(client, datum("m", moment(3), Value=1000), datum("other", moment(3), Value=5))
    assert ask(client, stat("m"), stat("other", id="o")) == {"m": [500500], "o": [5]}
