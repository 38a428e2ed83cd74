"""What customers see of releases that shift traffic, by their own records: nothing of good ones, little of bad ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
import pytest

from helpers import delivery
from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_balanced import Front, blue_green
from tests.localcloud.ecs.test_services import create, status_of, steady, update
from tests.localcloud.support import TestCloud, eventually

SWITCHES = 20
RATE = 40.0
PERIOD, TIME_SCALE = 60, 10.0
# Seconds of this machine between two looks: of the alarm at its metric (1), of the service at the alarm (0.5).
TICK = 1.5
CANARY = 10.0


@contextmanager
def customers(front: Front) -> Iterator[list[delivery.Load]]:
    """Customers who keep their connections, and as many who make a new one for each request."""
    address = f"http://127.0.0.1:{front.production['Port']}/"
    with (
        delivery.load(address, RATE, keep_alive=True) as kept,
        delivery.load(address, RATE, keep_alive=False) as new,
    ):
        yield [kept, new]


def ends(bench: Bench, status: str) -> None:
    eventually(lambda: status_of(bench) == status, seconds=120, what=f"a deployment that ends {status}")


@pytest.mark.timeout(900)
def test_twenty_blue_green_releases_lose_no_request(bench: Bench) -> None:
    front = Front(bench)
    wiring, strategy = [front.wiring()], blue_green()
    create(bench, bench.push("0", VERSION="0"), desired=1, loadBalancers=wiring, deploymentConfiguration=strategy)
    steady(bench)
    releases = [bench.define(bench.push(version, VERSION=version)) for version in ("1", "2")]
    with customers(front) as loads:
        for number in range(SWITCHES):
            update(bench, taskDefinition=releases[number % 2])
            ends(bench, "SUCCESSFUL")
    for load in loads:
        records = load.records()
        assert load.failed().empty, load.failed().to_string()
        assert set(records["status"]) == {200}
        assert changes(records["version"]) == ["0", *["1", "2"] * (SWITCHES // 2)]


def changes(versions: pd.Series[str]) -> list[str]:
    """The versions in the order in which customers met them."""
    return [str(version) for version in versions[versions != versions.shift()]]


def alarm(front: Front) -> None:
    """An alarm on a single error of the targets in a period."""
    name = front.balancer.arn.split(":loadbalancer/")[1]
    front.balancer.cloud.client("cloudwatch").put_metric_alarm(
        AlarmName="errors", Namespace="AWS/ApplicationELB", MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=[{"Name": "LoadBalancer", "Value": name}], Statistic="Sum", Period=PERIOD, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="notBreaching",
    )  # fmt: skip


def test_a_bad_canary_is_taken_back_within_a_period_and_a_tick(
    private_cloud_factory: Callable[..., TestCloud],
) -> None:
    bench = Bench(private_cloud_factory(time_scale=TIME_SCALE))
    front = Front(bench)
    alarm(front)
    canary = {"canaryPercent": CANARY, "canaryBakeTimeInMinutes": 1440}
    guard = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    create(
        bench, bench.push("1", VERSION="1"), desired=1, loadBalancers=[front.wiring()],
        deploymentConfiguration={"strategy": "CANARY", "canaryConfiguration": canary, "alarms": guard},
    )  # fmt: skip
    steady(bench)
    with customers(front) as loads:
        update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2", STATUS="500")))
        ends(bench, "ROLLBACK_SUCCESSFUL")
    records = pd.concat([load.records() for load in loads]).sort_values("start")
    met = records[records["version"] == "2"]
    assert set(met["status"]) == {500}
    assert set(records["status"]) == {200, 500} and len(records[records["status"] == 500]) == len(met)
    lasted = (met["start"].max() - met["start"].min()).total_seconds()
    # Alarm, service and proxy come late on a machine that stalls, as the answers of the good release do.
    stalled = float(records.loc[records["version"] == "1", "seconds"].max())
    assert lasted <= PERIOD / TIME_SCALE + TICK + 3 * stalled
    # Four standard deviations, for a canary that lasts as long as the customers came.
    share, count = CANARY / 100, len(records)
    assert len(met) <= count * share + 4 * (count * share * (1 - share)) ** 0.5
    assert front.weights(front.production) == (100, 0)
