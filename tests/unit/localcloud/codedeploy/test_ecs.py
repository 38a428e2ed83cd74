"""The order of a blue/green deployment to ECS: hooks, task sets and weights, forth and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.localcloud.clock import SystemClock
from helpers.localcloud.cloud import Cloud
from helpers.localcloud.codedeploy import CodeDeploy, ecs_run
from helpers.localcloud.scope import Scope
from tests.localcloud.support import eventually
from tests.unit.localcloud.codedeploy.fakes import PRODUCTION, TEST, FakeBalancer, FakeEcs, FakeLambda

SCOPE = Scope("000000000001", "us-east-1")
HOOKS = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
ALL = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]}


class Stage:
    """CodeDeploy, with fakes in the place of what it calls."""

    def __init__(self, home: Path) -> None:
        self.cloud = Cloud(home, "http://127.0.0.1:1", SystemClock(6000.0), lambda event: None)
        self.service = CodeDeploy(self.cloud)
        self.calls: list[str] = []
        self.verdicts: dict[str, str] = {}
        self.ecs, self.balancer = FakeEcs(self.calls), FakeBalancer(self.calls)
        functions = FakeLambda(self.calls, self.verdicts, self._report)
        clients = {"ecs": self.ecs, "elbv2": self.balancer, "lambda": functions}
        self.cloud.client = lambda service, scope: clients[service]  # type: ignore[method-assign]
        self.service.start()
        self.service.create_application(SCOPE, {"applicationName": "shop", "computePlatform": "ECS"})

    def _report(self, request: dict[str, Any]) -> object:
        return self.service.put_lifecycle_event_hook_execution_status(SCOPE, request)

    def group(self, config: str, test: bool = True, **more: Any) -> None:
        pair: dict[str, Any] = {
            "targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": {"listenerArns": [PRODUCTION]},
        }
        if test:
            pair["testTrafficRoute"] = {"listenerArns": [TEST]}
        request = {
            "applicationName": "shop", "deploymentGroupName": "live", "serviceRoleArn": "arn:aws:iam::1:role/x",
            "deploymentConfigName": f"CodeDeployDefault.{config}", "ecsServices": [{"serviceName": "shop"}],
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]}, **more,
        }  # fmt: skip
        self.service.create_deployment_group(SCOPE, request)

    def deploy(self, definition: str = "shop:2") -> str:
        balancer = {"ContainerName": "web", "ContainerPort": 80}
        properties = {"TaskDefinition": definition, "LoadBalancerInfo": balancer}
        resources = [{"shop": {"Type": "AWS::ECS::Service", "Properties": properties}}]
        text = json.dumps({"version": 0.0, "Resources": resources, "Hooks": [{hook: hook} for hook in HOOKS]})
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": text}}
        request = {"applicationName": "shop", "deploymentGroupName": "live", "revision": revision}
        return str(self.service.create_deployment(SCOPE, request)["deploymentId"])

    def info(self, deployment: str) -> dict[str, Any]:
        found: dict[str, Any] = self.service.get_deployment(SCOPE, {"deploymentId": deployment})["deploymentInfo"]
        return found

    def in_status(self, deployment: str, *statuses: str) -> dict[str, Any]:
        eventually(lambda: self.info(deployment)["status"] in statuses, what=f"{deployment} {statuses}")
        return self.info(deployment)

    def events(self, deployment: str) -> dict[str, str]:
        ids = self.service.list_deployment_targets(SCOPE, {"deploymentId": deployment})["targetIds"]
        request = {"deploymentId": deployment, "targetId": ids[0]}
        target = self.service.get_deployment_target(SCOPE, request)["deploymentTarget"]["ecsTarget"]
        return {event["lifecycleEventName"]: event["status"] for event in target["lifecycleEvents"]}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.cloud.workers.close()


def test_hooks_and_traffic_come_in_the_published_order(stage: Stage) -> None:
    stage.group("ECSCanary10Percent5Minutes")
    deployment = stage.deploy()
    assert stage.in_status(deployment, "Succeeded", "Failed")["status"] == "Succeeded", stage.info(deployment)
    assert stage.calls == [
        "hook BeforeInstall",
        "production blue 100 green 0",
        "create shop:2 green",
        "hook AfterInstall",
        "test green 100",
        "hook AfterAllowTestTraffic",
        "hook BeforeAllowTraffic",
        "production blue 90 green 10",
        "production blue 0 green 100",
        "promote green",
        "hook AfterAllowTraffic",
        "delete blue",
    ]
    assert list(stage.events(deployment)) == [
        "BeforeInstall", "Install", "AfterInstall", "AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic",
        "AllowTraffic", "AfterAllowTraffic",
    ]  # fmt: skip
    assert set(stage.events(deployment).values()) == {"Succeeded"}


def test_a_linear_shift_goes_in_ten_steps(stage: Stage) -> None:
    stage.group("ECSLinear10PercentEvery1Minutes", test=False)
    deployment = stage.deploy()
    stage.in_status(deployment, "Succeeded")
    weights = [call for call in stage.calls if call.startswith("production")]
    assert weights == [f"production blue {100 - weight} green {weight}" for weight in range(0, 101, 10)]
    assert stage.events(deployment)["AllowTestTraffic"] == "Skipped"


@pytest.mark.parametrize("hook", HOOKS[1:])
def test_a_hook_that_says_no_brings_everything_back(stage: Stage, hook: str) -> None:
    stage.verdicts[hook] = "Failed"
    stage.group("ECSAllAtOnce", autoRollbackConfiguration=ALL)
    deployment = stage.deploy()
    info = stage.in_status(deployment, "Failed")
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    rollback = stage.in_status(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded", "Failed")
    assert (rollback["status"], rollback["creator"]) == ("Succeeded", "codeDeployRollback")
    assert stage.balancer.weights(PRODUCTION) == "blue 100 green 0"
    assert stage.balancer.weights(TEST) == "blue 100"
    assert [(each["id"], each["status"]) for each in stage.ecs.sets] == [("blue", "PRIMARY")]


def test_before_install_there_is_nothing_to_roll_back(stage: Stage) -> None:
    stage.verdicts["BeforeInstall"] = "Failed"
    stage.group("ECSAllAtOnce", autoRollbackConfiguration=ALL)
    info = stage.in_status(stage.deploy(), "Failed")
    assert "nothing to roll back" in info["rollbackInfo"]["rollbackMessage"]
    assert stage.calls == ["hook BeforeInstall"]


def ready(action: str, minutes: int) -> dict[str, Any]:
    return {
        "deploymentReadyOption": {"actionOnTimeout": action, "waitTimeInMinutes": minutes},
        "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": 2000},
    }


def test_it_waits_to_be_continued_and_for_the_end_of_blue(stage: Stage) -> None:
    stage.group("ECSAllAtOnce", blueGreenDeploymentConfiguration=ready("STOP_DEPLOYMENT", 2000))
    deployment = stage.deploy()
    stage.in_status(deployment, "Ready")
    assert stage.balancer.weights(PRODUCTION) == "blue 100 green 0"
    stage.service.continue_deployment(SCOPE, {"deploymentId": deployment, "deploymentWaitType": "READY_WAIT"})
    eventually(lambda: stage.info(deployment)["instanceTerminationWaitTimeStarted"], what="the wait for blue's end")
    assert [each["id"] for each in stage.ecs.sets] == ["blue", "green"]
    stage.service.continue_deployment(SCOPE, {"deploymentId": deployment, "deploymentWaitType": "TERMINATION_WAIT"})
    stage.in_status(deployment, "Succeeded")
    assert [each["id"] for each in stage.ecs.sets] == ["green"]


def test_nobody_continues_and_it_stops(stage: Stage) -> None:
    stage.group("ECSAllAtOnce", blueGreenDeploymentConfiguration=ready("STOP_DEPLOYMENT", 10))
    info = stage.in_status(stage.deploy(), "Stopped")
    assert "within 10 minutes" in info["errorInformation"]["message"]
    assert stage.balancer.weights(PRODUCTION) == "blue 100 green 0"


def test_a_stop_while_blue_still_runs_brings_it_back_at_once(stage: Stage) -> None:
    stage.group("ECSAllAtOnce", blueGreenDeploymentConfiguration=ready("CONTINUE_DEPLOYMENT", 0))
    deployment = stage.deploy()
    eventually(lambda: stage.info(deployment)["instanceTerminationWaitTimeStarted"], what="the wait for blue's end")
    stage.service.stop_deployment(SCOPE, {"deploymentId": deployment, "autoRollbackEnabled": True})
    info = stage.in_status(deployment, "Stopped")
    stage.in_status(info["rollbackInfo"]["rollbackDeploymentId"], "Succeeded")
    assert stage.balancer.weights(PRODUCTION) == "blue 100 green 0"
    assert [(each["id"], each["status"]) for each in stage.ecs.sets] == [("blue", "PRIMARY")]


def test_a_task_set_that_never_settles_fails(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecs_run, "_LEAST_STEADY", 0.0)
    stage.cloud.clock.time_scale = 3_600_000.0
    stage.ecs.steady = False
    stage.group("ECSAllAtOnce")
    info = stage.in_status(stage.deploy(), "Failed")
    assert info["errorInformation"]["code"] == "TIMEOUT"


@pytest.mark.parametrize(
    ("definition", "controller", "code"),
    [("shop:404", "CODE_DEPLOY", "INVALID_REVISION"), ("shop:2", "ECS", "INVALID_ECS_SERVICE")],
)
def test_what_cannot_be_deployed_fails_with_a_reason(stage: Stage, definition: str, controller: str, code: str) -> None:
    stage.ecs.controller = controller
    stage.group("ECSAllAtOnce")
    info = stage.in_status(stage.deploy(definition), "Failed")
    assert info["errorInformation"]["code"] == code
    assert stage.calls == []
