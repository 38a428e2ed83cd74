"""kill -9 of the local cloud, of the proxy and of tasks while traffic is shifted: what is healthy serves, and the
deployment goes on or rolls back."""

from __future__ import annotations

from typing import Any

import psutil

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_balanced import Front, alarm, deployment, status_of
from tests.localcloud.ecs.test_services import create, service, steady, update
from tests.localcloud.ecs.test_tasks import running_below
from tests.localcloud.elbv2.balancing import load
from tests.localcloud.elbv2.test_crash import envoy
from tests.localcloud.support import eventually

ALARMS = {"alarmNames": ["errors"], "enable": True, "rollback": True}


def in_canary(bench: Bench, minutes: int, desired: int = 1, **members: Any) -> Front:
    """Return the front of a service that is at 10 % of a new release."""
    front, new = Front(bench), bench.push("2", VERSION="2")
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": minutes}
    configuration = {"strategy": "CANARY", "canaryConfiguration": canary, **members}
    create(
        bench, bench.push("1", VERSION="1"), desired=desired, loadBalancers=[front.wiring()],
        deploymentConfiguration=configuration,
    )  # fmt: skip
    steady(bench)
    update(bench, taskDefinition=bench.define(new))
    eventually(lambda: front.weights(front.production) == (90, 10), what="the canary")
    return front


def test_a_canary_goes_on_after_a_crash(private_bench: Bench) -> None:
    bench = private_bench
    front = in_canary(bench, minutes=5)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        bench.cloud.kill()
        during = len(seen.records)
        eventually(lambda: len(seen.records) > during + 100, what="answers while there is no local cloud")
        bench.cloud.restart()
        eventually(lambda: status_of(bench) == "SUCCESSFUL", what="the end of the deployment")
    assert not seen.failures
    assert front.weights(front.production) == (0, 100)


def test_an_alarm_after_a_crash_takes_the_canary_back(private_bench: Bench) -> None:
    bench = private_bench
    alarm(bench, 0)
    front = in_canary(bench, minutes=1440, alarms=ALARMS)
    bench.cloud.kill()
    bench.cloud.restart()
    assert deployment(bench)["status"] == "IN_PROGRESS"
    alarm(bench, 1)
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    assert front.weights(front.production) == (100, 0)


def test_a_canary_goes_on_after_its_proxy_was_killed(private_bench: Bench) -> None:
    bench = private_bench
    front = in_canary(bench, minutes=15)
    before = envoy(bench.cloud)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        before.kill()
        eventually(lambda: proxy_of(bench) not in (None, before.pid), what="another proxy")
        asked = len(seen.records)
        eventually(lambda: {"1", "2"} <= set(seen.records[asked:]), what="answers of both releases by another proxy")
        assert front.weights(front.production) == (90, 10)
        eventually(lambda: status_of(bench) == "SUCCESSFUL", what="the end of the deployment")
        moved = len(seen.records)
        eventually(lambda: len(seen.records) > moved + 100, what="answers after the shift")
    assert set(seen.records[moved + 3 :]) == {"2"}
    assert front.weights(front.production) == (0, 100)


def test_a_canary_goes_on_after_tasks_of_both_releases_were_killed(bench: Bench) -> None:
    front = in_canary(bench, minutes=15, desired=2)
    victims = one_of_each_release(bench)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        for task in victims:
            for process in running_below(bench, task):
                process.kill()
        for task in victims:
            assert bench.until(task["taskArn"], "STOPPED")["containers"][0]["exitCode"] == 137
        asked = len(seen.records)
        eventually(lambda: {"1", "2"} <= set(seen.records[asked:]), what="answers of the tasks that are left")
        eventually(lambda: status_of(bench) == "SUCCESSFUL", what="the end of the deployment")
        moved = len(seen.records)
        eventually(lambda: len(seen.records) > moved + 100, what="answers after the shift")
    # Only what the killed ones were asked, until their targets were found unhealthy, may have failed.
    assert set(seen.records[moved + 3 :]) == {"2"}
    assert len(seen.failures) < len(seen.records) / 10
    assert service(bench)["runningCount"] == 2
    assert front.weights(front.production) == (0, 100)


def proxy_of(bench: Bench) -> int | None:
    """Return the process id of the proxy, None while there is none."""
    try:
        return envoy(bench.cloud).pid
    except (psutil.NoSuchProcess, FileNotFoundError):
        return None


def one_of_each_release(bench: Bench) -> list[dict[str, Any]]:
    """Return a running task of each task definition."""
    arns = bench.ecs.list_tasks(cluster=bench.cluster, serviceName="web")["taskArns"]
    tasks = bench.ecs.describe_tasks(cluster=bench.cluster, tasks=arns)["tasks"]
    found = {task["taskDefinitionArn"]: task for task in tasks if task["lastStatus"] == "RUNNING"}
    assert len(found) == 2
    return list(found.values())
