"""ECS, the load balancer and Lambda as a deployment to ECS calls them; they note the calls in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

Part = dict[str, Any]
BLUE, GREEN = "arn:aws:elb:x:y:targetgroup/blue/1", "arn:aws:elb:x:y:targetgroup/green/2"
PRODUCTION, TEST = "arn:production", "arn:test"


class FakeEcs:
    """One service `shop`; a task set is steady at once unless `steady` is false."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls
        self.controller = "CODE_DEPLOY"
        self.steady = True
        self.sets = [self._set("blue", "shop:1", BLUE, "PRIMARY")]

    def describe_services(self, **_: Any) -> Part:
        service = {
            "status": "ACTIVE", "deploymentController": {"type": self.controller}, "taskSets": list(self.sets)
        }  # fmt: skip
        return {"services": [service]}

    def describe_task_sets(self, **_: Any) -> Part:
        return {"taskSets": list(self.sets)}

    def describe_task_definition(self, taskDefinition: str) -> Part:
        if taskDefinition.endswith(":404"):
            raise ClientError({"Error": {"Code": "ClientException", "Message": taskDefinition}}, "Describe")
        return {}

    def create_task_set(self, **request: Any) -> Part:
        group = request["loadBalancers"][0]["targetGroupArn"]
        made = self._set("green", request["taskDefinition"], group, "ACTIVE", request["externalId"])
        self.sets.append(made)
        self.calls.append(f"create {request['taskDefinition']} {name(group)}")
        return {"taskSet": made}

    def update_service_primary_task_set(self, primaryTaskSet: str, **_: Any) -> Part:
        for each in self.sets:
            each["status"] = "PRIMARY" if each["taskSetArn"] == primaryTaskSet else "ACTIVE"
        self.calls.append(f"promote {primaryTaskSet}")
        return {}

    def delete_task_set(self, taskSet: str, **_: Any) -> Part:
        self.sets = [each for each in self.sets if each["taskSetArn"] != taskSet]
        self.calls.append(f"delete {taskSet}")
        return {}

    def _set(self, id_: str, definition: str, group: str, status: str, external: str = "") -> Part:
        return {
            "id": id_, "taskSetArn": id_, "taskDefinition": definition, "status": status, "externalId": external,
            "loadBalancers": [{"targetGroupArn": group}], "computedDesiredCount": 2, "pendingCount": 0,
            "runningCount": 2, "stabilityStatus": "STEADY_STATE" if self.steady else "STABILIZING",
        }  # fmt: skip


class FakeBalancer:
    """Two target groups, a production and a test listener."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls
        self.actions = {PRODUCTION: forward(BLUE), TEST: forward(BLUE)}

    def describe_target_groups(self, **_: Any) -> Part:
        return {"TargetGroups": [{"TargetGroupArn": BLUE}, {"TargetGroupArn": GREEN}]}

    def describe_target_health(self, **_: Any) -> Part:
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}]}

    def describe_listeners(self, ListenerArns: list[str]) -> Part:
        return {"Listeners": [{"DefaultActions": self.actions[ListenerArns[0]]}]}

    def describe_rules(self, **_: Any) -> Part:
        return {"Rules": []}

    def modify_listener(self, ListenerArn: str, DefaultActions: list[Part]) -> Part:
        self.actions[ListenerArn] = DefaultActions
        self.calls.append(f"{ListenerArn.removeprefix('arn:')} {self.weights(ListenerArn)}")
        return {}

    def weights(self, listener: str) -> str:
        """Return "blue 90 green 10" of what a listener does."""
        groups = self.actions[listener][0]["ForwardConfig"]["TargetGroups"]
        return " ".join(f"{name(group['TargetGroupArn'])} {group['Weight']}" for group in groups)


class FakeLambda:
    """Every function reports what `verdicts` says of it."""

    def __init__(self, calls: list[str], verdicts: dict[str, str], report: Callable[[Part], object]) -> None:
        self.calls = calls
        self._verdicts = verdicts
        self._report = report

    def invoke(self, FunctionName: str, Payload: str, **_: Any) -> Part:
        asked = json.loads(Payload)
        self.calls.append(f"hook {FunctionName}")
        self._report(
            {
                "deploymentId": asked["DeploymentId"],
                "lifecycleEventHookExecutionId": asked["LifecycleEventHookExecutionId"],
                "status": self._verdicts.get(FunctionName, "Succeeded"),
            }
        )
        return {}


def forward(group: str) -> list[Part]:
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}]}}]


def name(group: str) -> str:
    return group.split("/")[1]
