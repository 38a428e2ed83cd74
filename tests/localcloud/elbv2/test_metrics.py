"""AWS/ApplicationELB: what CloudWatch says was served is what clients sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.localcloud.elbv2.balancing import Balancer, ask, fixed, forward
from tests.localcloud.elbv2.targets import Server
from tests.localcloud.support import eventually

Serve = Callable[[str], Server]


def dimensions(balancer: Balancer | None, group: str | None = None) -> list[dict[str, str]]:
    """Return the dimensions by which AWS files metrics of a load balancer, of a group, or of both."""
    found = [{"Name": "TargetGroup", "Value": group.split(":")[5]}] if group else []
    if balancer:
        found.append({"Name": "LoadBalancer", "Value": balancer.arn.split(":loadbalancer/")[1]})
    return found


def statistic(
    balancer: Balancer, name: str, of: list[dict[str, str]], which: str = "Sum", **more: Any
) -> dict[str, Any]:
    """Return the statistics of one metric over the last ten minutes, put together."""
    now = datetime.now(UTC)
    points = balancer.cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName=name, Dimensions=of, Period=600,
        StartTime=now - timedelta(minutes=10), EndTime=now + timedelta(minutes=1), Statistics=[which], **more,
    )["Datapoints"]  # fmt: skip
    # The ten minutes touch two periods.
    together = max if which == "Maximum" else sum
    return {
        "value": together([point[which] for point in points] or [0.0]),
        "units": {point["Unit"] for point in points},
    }


def await_sum(balancer: Balancer, name: str, of: list[dict[str, str]], wanted: float) -> None:
    """Wait until the metric has this sum."""
    eventually(lambda: statistic(balancer, name, of)["value"] == wanted, what=f"{name} = {wanted}")


def test_requests_are_counted_by_load_balancer_and_target_group(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    for status, times in ((200, 7), (301, 2), (404, 3), (500, 4)):
        server.status = status
        for _ in range(times):
            ask(port)
    for of in (dimensions(balancer), dimensions(balancer, group)):
        await_sum(balancer, "RequestCount", of, 16)
        await_sum(balancer, "HTTPCode_Target_2XX_Count", of, 7)
        await_sum(balancer, "HTTPCode_Target_3XX_Count", of, 2)
        await_sum(balancer, "HTTPCode_Target_4XX_Count", of, 3)
        await_sum(balancer, "HTTPCode_Target_5XX_Count", of, 4)
    for of in (dimensions(None, group), dimensions(balancer, group)):
        await_sum(balancer, "RequestCountPerTarget", of, 16)
    assert statistic(balancer, "HTTPCode_ELB_5XX_Count", dimensions(balancer))["value"] == 0
    assert statistic(balancer, "RequestCount", dimensions(balancer))["units"] == {"Count"}


def test_response_times_are_kept_as_they_were(balancer: Balancer, serve: Serve) -> None:
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    for _ in range(20):
        ask(port)
    for of in (dimensions(balancer), dimensions(balancer, group)):
        eventually(
            lambda of=of: statistic(balancer, "TargetResponseTime", of, "SampleCount")["value"] == 20, what="20 times"
        )
    middle = statistic(balancer, "TargetResponseTime", dimensions(balancer), "Average")
    assert 0 < middle["value"] < 5 and middle["units"] == {"Seconds"}
    now = datetime.now(UTC)
    points = balancer.cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime", Dimensions=dimensions(balancer), Period=600,
        StartTime=now - timedelta(minutes=10), EndTime=now + timedelta(minutes=1), ExtendedStatistics=["p99"],
    )["Datapoints"]  # fmt: skip
    assert all(point["ExtendedStatistics"]["p99"] > 0 for point in points) and points


def test_errors_of_the_load_balancer_are_its_own(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group, empty = balancer.group("all", server), balancer.group("empty")
    listener = balancer.listener(forward(group))
    balancer.await_states(group, "healthy")
    server.hang_up = True
    for _ in range(2):
        assert ask(listener["Port"]).status == 502
    balancer.switch(listener, forward(empty))
    for _ in range(3):
        assert ask(listener["Port"]).status == 503
    of = dimensions(balancer)
    await_sum(balancer, "HTTPCode_ELB_5XX_Count", of, 5)
    await_sum(balancer, "HTTPCode_ELB_502_Count", of, 2)
    await_sum(balancer, "HTTPCode_ELB_503_Count", of, 3)
    # "This count only includes requests where the load balancer node was able to choose a target."
    await_sum(balancer, "RequestCount", of, 2)


def test_connections_that_targets_refuse(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server, HealthCheckIntervalSeconds=300)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    server.close()
    ask(port)
    await_sum(balancer, "TargetConnectionErrorCount", dimensions(balancer), 1)
    await_sum(balancer, "TargetConnectionErrorCount", dimensions(balancer, group), 1)


def test_a_fixed_response_is_no_error(balancer: Balancer) -> None:
    listener = balancer.listener(fixed(503, "closed"))
    empty = balancer.group("empty")
    ask(listener["Port"])
    balancer.switch(listener, forward(empty))
    ask(listener["Port"])
    await_sum(balancer, "HTTPCode_ELB_5XX_Count", dimensions(balancer), 1)


def test_hosts_are_counted(balancer: Balancer, serve: Serve) -> None:
    good, bad = serve("good"), serve("bad")
    bad.health = 500
    group = balancer.group("all", good, bad)
    balancer.listener(forward(group))
    balancer.await_states(group, "healthy", "unhealthy")
    of = dimensions(balancer, group)
    for name in ("HealthyHostCount", "UnHealthyHostCount"):
        eventually(lambda name=name: statistic(balancer, name, of, "Maximum")["value"] == 1, what=f"{name} = 1")


def test_an_alarm_sees_errors_of_a_target(balancer: Balancer, serve: Serve) -> None:
    server = serve("one")
    group = balancer.group("all", server)
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    cloudwatch = balancer.cloud.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors", Namespace="AWS/ApplicationELB", MetricName="HTTPCode_Target_5XX_Count",
        Dimensions=dimensions(balancer, group), Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="notBreaching",
    )  # fmt: skip
    server.status = 500

    def alarming() -> bool:
        ask(port)
        return bool(cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["StateValue"] == "ALARM")

    eventually(alarming, what="the alarm")


def test_what_was_served_while_the_cloud_was_dead_is_counted_once(
    private_cloud_factory: Callable[..., Any], serve: Serve
) -> None:
    cloud = private_cloud_factory()
    balancer = Balancer(cloud)
    group = balancer.group("all", serve("one"))
    port = balancer.listener(forward(group))["Port"]
    balancer.await_states(group, "healthy")
    for _ in range(5):
        ask(port)
    await_sum(balancer, "RequestCount", dimensions(balancer), 5)
    cloud.kill()
    for _ in range(8):
        ask(port)
    cloud.restart()
    await_sum(balancer, "RequestCount", dimensions(balancer), 13)
