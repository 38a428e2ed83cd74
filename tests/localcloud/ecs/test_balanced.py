"""Services behind a load balancer: targets, health, draining, and traffic that is shifted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localcloud.ecs.bench import Bench
from tests.localcloud.ecs.test_services import (
    BREAKER,
    alarm,
    create,
    messages,
    running,
    service,
    status_of,
    steady,
    update,
)
from tests.localcloud.elbv2.balancing import Balancer, ask, forward, load
from tests.localcloud.support import eventually

QUICK = {"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 5, "HealthyThresholdCount": 2}


class Front:
    """A load balancer in front of the service `web`: two target groups, a production and a test listener."""

    def __init__(self, bench: Bench) -> None:
        self.balancer = Balancer(bench.cloud)
        self.blue, self.green = (self.balancer.group(name, **QUICK) for name in ("blue", "green"))
        for group in (self.blue, self.green):
            self.balancer.client.modify_target_group_attributes(
                TargetGroupArn=group, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
            )
        self.production = self.balancer.listener(forward((self.blue, 100), (self.green, 0)))
        self.test = self.balancer.listener(forward((self.blue, 100), (self.green, 0)), port=81)

    def rule(self, listener: dict[str, Any]) -> str:
        rules = self.balancer.client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        return str(rules[0]["RuleArn"])

    def weights(self, listener: dict[str, Any]) -> tuple[int, int]:
        """Return the weights of blue and green."""
        found = self.balancer.client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"][0]["Actions"][0]
        by_group = {each["TargetGroupArn"]: each["Weight"] for each in found["ForwardConfig"]["TargetGroups"]}
        return by_group.get(self.blue, 0), by_group.get(self.green, 0)

    def wiring(self, *, shifting: bool = True) -> dict[str, Any]:
        """Return the member loadBalancers of a service."""
        advanced = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": self.rule(self.production),
            "testListenerRule": self.rule(self.test),
            "roleArn": "arn:aws:iam::123456789012:role/ecs",
        }
        balancer = {"targetGroupArn": self.blue, "containerName": "web", "containerPort": 8080}
        return {**balancer, "advancedConfiguration": advanced} if shifting else balancer


@pytest.fixture
def front(bench: Bench) -> Front:
    return Front(bench)


def deployment(bench: Bench) -> dict[str, Any]:
    brief = bench.ecs.list_service_deployments(cluster=bench.cluster, service="web")["serviceDeployments"][0]
    arns = [brief["serviceDeploymentArn"]]
    return dict(bench.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][0])


def test_a_rolling_release_under_load_loses_no_request(bench: Bench, front: Front) -> None:
    create(bench, bench.push("1", VERSION="1"), loadBalancers=[front.wiring(shifting=False)])
    found = steady(bench)
    assert "(service web) has started 2 tasks" in messages(found)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")))
        steady(bench)
        eventually(lambda: seen.by_server["2"] > 50, what="answers of the new release")
    assert not seen.failures
    assert seen.by_server["1"]
    assert set(front.balancer.states(front.blue).values()) == {"healthy"}
    assert "has begun draining connections on" in messages(service(bench))


def test_a_release_whose_health_check_fails_is_rolled_back(bench: Bench, front: Front) -> None:
    create(
        bench,
        bench.push("1", VERSION="1"),
        loadBalancers=[front.wiring(shifting=False)],
        deploymentConfiguration=BREAKER,
    )
    steady(bench)
    with load(front.production["Port"], keep_alive=1, new=1) as seen:
        update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2", HEALTH="500")))
        eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", seconds=90, what="the rollback")
    assert not seen.failures
    assert seen.by_server["2"] == 0
    assert "is unhealthy in (target-group " in messages(service(bench))
    assert any("Task failed ELB health checks" in task for task in stopped_reasons(bench))


def stopped_reasons(bench: Bench) -> list[str]:
    arns = bench.ecs.list_tasks(cluster=bench.cluster, desiredStatus="STOPPED")["taskArns"]
    tasks = bench.ecs.describe_tasks(cluster=bench.cluster, tasks=arns)["tasks"]
    return [task["stoppedReason"] for task in tasks]


def hook(*stages: str, kind: str = "PAUSE", **members: Any) -> dict[str, Any]:
    return {"targetType": kind, "lifecycleStages": list(stages), **members}


def blue_green(*hooks: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": list(hooks), **members}


def awaiting(bench: Bench) -> dict[str, Any]:
    """Return the hook that waits for somebody."""

    def waiting() -> dict[str, Any] | None:
        hooks = deployment(bench)["lifecycleHookDetails"]
        return next((each for each in hooks if each["status"] == "AWAITING_ACTION"), None)

    found = eventually(waiting, what="a pause")
    assert found
    return found


def answer(bench: Bench, action: str) -> None:
    waiting = awaiting(bench)
    bench.ecs.continue_service_deployment(
        serviceDeploymentArn=deployment(bench)["serviceDeploymentArn"], hookId=waiting["hookId"], action=action
    )


def test_blue_green_with_a_test_listener_and_a_pause(bench: Bench, front: Front) -> None:
    configuration = blue_green(hook("POST_TEST_TRAFFIC_SHIFT"))
    create(
        bench,
        bench.push("1", VERSION="1"),
        desired=1,
        loadBalancers=[front.wiring()],
        deploymentConfiguration=configuration,
    )
    answer(bench, "CONTINUE")
    steady(bench)
    assert front.weights(front.production) == (100, 0)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")))
        awaiting(bench)
        assert deployment(bench)["lifecycleStage"] == "POST_TEST_TRAFFIC_SHIFT"
        assert (front.weights(front.production), front.weights(front.test)) == ((100, 0), (0, 100))
        assert ask(front.test["Port"]).content["version"] == "2"
        assert seen.by_server["2"] == 0
        answer(bench, "CONTINUE")
        steady(bench)
        eventually(lambda: seen.by_server["2"] > 50, what="answers of the new release")
    assert not seen.failures
    assert (front.weights(front.production), status_of(bench)) == ((0, 100), "SUCCESSFUL")
    assert not front.balancer.states(front.blue)
    update(bench, taskDefinition=bench.define(bench.push("3", VERSION="3")))
    answer(bench, "ROLLBACK")
    eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    assert (front.weights(front.production), front.weights(front.test)) == ((0, 100), (0, 100))
    assert [bench.get(task)["version"] for task in running(bench)] == ["2"]


def test_a_canary_with_an_alarm_is_taken_back(bench: Bench, front: Front) -> None:
    alarm(bench, 0)
    configuration = {
        "strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1440},
        "alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True},
    }
    create(
        bench,
        bench.push("1", VERSION="1"),
        desired=1,
        loadBalancers=[front.wiring()],
        deploymentConfiguration=configuration,
    )
    steady(bench)
    with load(front.production["Port"], keep_alive=2, new=1) as seen:
        update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")))
        eventually(lambda: front.weights(front.production) == (90, 10), what="the canary")
        eventually(lambda: seen.by_server["2"] > 0, what="an answer of the canary")
        alarm(bench, 1)
        eventually(lambda: status_of(bench) == "ROLLBACK_SUCCESSFUL", what="the rollback")
    assert front.weights(front.production) == (100, 0)
    assert not seen.failures
    assert seen.by_server["2"] < seen.by_server["1"]
    found = deployment(bench)
    assert (found["alarms"]["status"], found["alarms"]["triggeredAlarmNames"]) == ("TRIGGERED", ["errors"])
    assert found["rollback"]["reason"].endswith("failed: alarm detected.")


def test_a_linear_release_passes_its_steps(bench: Bench, front: Front) -> None:
    """A pause before each step shows the one before, for as long as it takes to look."""
    linear = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 1}}
    create(
        bench,
        bench.push("1", VERSION="1"),
        desired=1,
        loadBalancers=[front.wiring()],
        deploymentConfiguration=linear,
    )
    steady(bench)
    pausing = {**linear, "lifecycleHooks": [hook("PRE_PRODUCTION_TRAFFIC_SHIFT")]}
    update(bench, taskDefinition=bench.define(bench.push("2", VERSION="2")), deploymentConfiguration=pausing)
    for weights in [(100, 0), (75, 25), (50, 50), (25, 75)]:
        awaiting(bench)
        assert front.weights(front.production) == weights
        answer(bench, "CONTINUE")
    eventually(lambda: status_of(bench) == "SUCCESSFUL", what="the end of the shift")
    assert front.weights(front.production) == (0, 100)


LAMBDA = """
import json
def handler(event, context):
    print(json.dumps(event))
    return ANSWER
"""


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ({"hookStatus": "SUCCEEDED"}, "SUCCESSFUL"),
        ({"hookStatus": "FAILED"}, "ROLLBACK_SUCCESSFUL"),
        ({"no": "verdict"}, "ROLLBACK_SUCCESSFUL"),
    ],
)
def test_a_lambda_hook_decides(
    bench: Bench, front: Front, make_function: Callable[[str], str], answered: dict[str, str], expected: str
) -> None:
    create(
        bench,
        bench.push("1", VERSION="1"),
        desired=1,
        loadBalancers=[front.wiring()],
        deploymentConfiguration=blue_green(),
    )
    steady(bench)
    function = make_function(LAMBDA.replace("ANSWER", json.dumps(answered)))
    decided = hook(
        "POST_SCALE_UP", kind="AWS_LAMBDA", hookTargetArn=function, roleArn="arn:aws:iam::123456789012:role/ecs"
    )
    update(
        bench, taskDefinition=bench.define(bench.push("2", VERSION="2")), deploymentConfiguration=blue_green(decided)
    )
    eventually(lambda: status_of(bench) == expected, what=expected)
    assert front.weights(front.production) == ((0, 100) if expected == "SUCCESSFUL" else (100, 0))


@pytest.fixture
def make_function(bench: Bench) -> Callable[[str], str]:
    """Makes a Lambda function of a source text and returns its ARN."""

    def make(source: str) -> str:
        import io
        import zipfile

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("hook.py", source)
        answer = bench.cloud.client("lambda").create_function(
            FunctionName="hook", Runtime="python3.12", Handler="hook.handler", Code={"ZipFile": packed.getvalue()},
            Role="arn:aws:iam::123456789012:role/lambda", Timeout=60,
        )  # fmt: skip
        return str(answer["FunctionArn"])

    return make
