"""PutMetricData and GetMetricData of a hundred thousand datapoints against bare MiniStack, and a million by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from helpers.localcloud import instance
from tests.bench.bare import BareMiniStack, client
from tests.bench.measuring import in_turn, say_ratio, say_seconds, seconds

ACCOUNT = "111122223333"
DATA, BATCH = 100_000, 1000
GOAL, GROSS = 1.0, 2.0
MILLION_GOAL, MILLION_GROSS = 0.5, 3.0
NAMESPACE = "Bench"
DIMENSIONS = [{"Name": "service", "Value": "web"}]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Clients of our local cloud and of a bare MiniStack."""
    home, bare = tmp_path_factory.mktemp("ours"), BareMiniStack(tmp_path_factory.mktemp("bare"))
    try:
        bare.start()
        url = instance.ensure(home).url
        yield client("cloudwatch", url, instance.secret_key(home, ACCOUNT)), bare.client("cloudwatch")
    finally:
        bare.stop()
        instance.stop(home)


def batches(end: datetime) -> Iterator[list[dict[str, Any]]]:
    values = np.random.default_rng(1).gamma(2.0, 50.0, DATA)
    for first in range(0, DATA, BATCH):
        yield [
            {
                "MetricName": "took",
                "Dimensions": DIMENSIONS,
                "Timestamp": end - timedelta(seconds=(DATA - number) / 20),
                "Value": float(values[number]),
            }
            for number in range(first, first + BATCH)
        ]


def put_in_turn(ours: Any, theirs: Any, end: datetime) -> tuple[float, float]:
    """Put every batch into both, one after the other, and return the seconds that each took in all."""
    taken = [
        in_turn(
            lambda: ours.put_metric_data(Namespace=NAMESPACE, MetricData=data),  # noqa: B023
            lambda: theirs.put_metric_data(Namespace=NAMESPACE, MetricData=data),  # noqa: B023
            rounds=1,
        )
        for data in batches(end)
    ]
    return sum(mine for mine, _ in taken), sum(other for _, other in taken)


def get(cloudwatch: Any, end: datetime, stat: str) -> list[float]:
    metric = {"Namespace": NAMESPACE, "MetricName": "took", "Dimensions": DIMENSIONS}
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[query], StartTime=end - timedelta(hours=2), EndTime=end, ScanBy="TimestampAscending"
    )
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values


def test_a_hundred_thousand_datapoints_in_and_out(both: tuple[Any, Any]) -> None:
    ours, theirs = both
    end = datetime.now(UTC)
    mine, other = put_in_turn(ours, theirs, end)
    say_ratio("PutMetricData, 100,000 datapoints, ours durable", mine, other, goal=GOAL, gross=GROSS)
    for stat in ("Average", "Sum", "p99"):
        assert len(get(ours, end, stat)) >= DATA / 20 / 60
        mine, other = in_turn(lambda: get(ours, end, stat), lambda: get(theirs, end, stat), rounds=5)  # noqa: B023
        say_ratio(f"GetMetricData {stat} over 100,000 datapoints", mine, other, goal=GOAL, gross=GROSS)


def test_a_million_datapoints_are_asked_in_well_under_a_second(both: tuple[Any, Any]) -> None:
    ours, _ = both
    end = datetime.now(UTC)
    values = np.random.default_rng(2).gamma(2.0, 50.0, 150)
    counted = {"Values": [float(value) for value in values], "Counts": [1.0] * 150}
    for hour in range(7):
        data = [
            {"MetricName": "many", "Timestamp": end - timedelta(hours=hour, seconds=number), **counted}
            for number in range(1000)
        ]
        ours.put_metric_data(Namespace=NAMESPACE, MetricData=data)
    metric = {"Namespace": NAMESPACE, "MetricName": "many"}
    queries = [
        {"Id": f"m{index}", "MetricStat": {"Metric": metric, "Period": 300, "Stat": stat}}
        for index, stat in enumerate(("Sum", "Maximum", "p99"))
    ]
    span = {"StartTime": end - timedelta(hours=12), "EndTime": end + timedelta(minutes=1)}
    asked = seconds(lambda: ours.get_metric_data(MetricDataQueries=queries, **span))
    say_seconds(
        "GetMetricData Sum, Maximum and p99 over 1,050,000 datapoints", asked, goal=MILLION_GOAL, gross=MILLION_GROSS
    )
