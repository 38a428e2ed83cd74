"""kill -9 of the local cloud while traffic is shifted: traffic goes on, and the deployment goes on or rolls back."""

from __future__ import annotations

from typing import Any

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_balanced import Front, alarm, deployment, status_of
from tests.localcloud.ecs.test_services import create, steady, update
from tests.localcloud.elbv2.balancing import load
from tests.localcloud.support import eventually

ALARMS = {"alarmNames": ["errors"], "enable": True, "rollback": True}


def in_canary(bench: Bench, minutes: int, **members: Any) -> Front:
    """Return the front of a service that is at 10 % of a new release."""
    front, new = Front(bench), bench.push("2", VERSION="2")
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": minutes}
    configuration = {"strategy": "CANARY", "canaryConfiguration": canary, **members}
    create(
        bench, bench.push("1", VERSION="1"), desired=1, loadBalancers=[front.wiring()],
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
