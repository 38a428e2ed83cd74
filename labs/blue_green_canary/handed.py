"""The road of CodeDeploy: ECS hands deployments over, and CodeDeploy moves two task sets and the listeners."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from helpers import aws, delivery, show
from helpers.cicd import pairs
from labs.blue_green_canary import releases, seen
from labs.blue_green_canary.grounds import Road, role

Document = dict[str, Any]
LIMIT = 1200.0
OVER = ("Succeeded", "Failed", "Stopped")
GROUP = "live"
ROLLBACK = {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]}


def application() -> str:
    """Return the name of the learner's application."""
    return aws.name("handed")


def group(road: Road, service: delivery.Service, *, keep_minutes: int = 1, configuration: str = "ECSAllAtOnce") -> None:
    """Make the application and its deployment group for `service` (or bring it up to date).

    Args:
        keep_minutes: for so long the old tasks stay after all traffic has left them.
        configuration: one of CodeDeploy's predefined ones for ECS, without CodeDeployDefault.
    """
    codedeploy, name = aws.client("codedeploy"), application()
    tags = pairs(aws.tags(releases.LAB))
    aws.created(codedeploy.create_application, applicationName=name, computePlatform="ECS", tags=tags)
    chosen = _settings(road, service, keep_minutes, configuration)
    if aws.created(
        codedeploy.create_deployment_group, applicationName=name, deploymentGroupName=GROUP, tags=tags, **chosen
    ) is None:  # fmt: skip
        codedeploy.update_deployment_group(applicationName=name, currentDeploymentGroupName=GROUP, **chosen)


def _settings(road: Road, service: delivery.Service, keep_minutes: int, configuration: str) -> Document:
    pair = {
        "targetGroups": [{"name": each} for each in road.groups],
        "prodTrafficRoute": {"listenerArns": [road.production]}, "testTrafficRoute": {"listenerArns": [road.test]},
    }  # fmt: skip
    kept = {"action": "TERMINATE", "terminationWaitTimeInMinutes": keep_minutes}
    return {
        "serviceRoleArn": role("codedeploy"), "deploymentConfigName": f"CodeDeployDefault.{configuration}",
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ecsServices": [{"serviceName": service.name, "clusterName": service.cluster}],
        "loadBalancerInfo": {"targetGroupPairInfoList": [pair]}, "autoRollbackConfiguration": ROLLBACK,
        "blueGreenDeploymentConfiguration": {
            "terminateBlueInstancesOnDeploymentSuccess": kept,
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
    }  # fmt: skip


def appspec(definition: str, container: str, hooks: Mapping[str, str]) -> Document:
    """Return the AppSpec that takes a service to a task definition; `hooks` are functions by lifecycle event."""
    balancer = {"ContainerName": container, "ContainerPort": delivery.services.PORT}
    properties = {"TaskDefinition": definition, "LoadBalancerInfo": balancer}
    target = {"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}
    return {"version": 0.0, "Resources": [target], "Hooks": [{event: name} for event, name in hooks.items()]}


def release(
    service: delivery.Service,
    version: str,
    customers: delivery.Load,
    name: str,
    hooks: Mapping[str, str] | None = None,
    *,
    configuration: str = "",
    live: bool = True,
) -> seen.Seen:
    """Release a version of the catalog by CodeDeploy under the eyes of `customers`, and return what was seen.

    Args:
        version: one of `releases`.
        name: what the picture is called.
        hooks: functions by lifecycle event, such as {"AfterAllowTestTraffic": "rehearse"}.
        configuration: as for `group`; "" takes the group's.
        live: whether a picture shows it while it goes on.
    """
    seen.settle(customers)
    begun = time.time()
    deployment = begin(service, version, hooks, configuration=configuration)
    return seen.watched(_Watch(deployment), customers, name, begun, LIMIT, live=live)


def begin(
    service: delivery.Service, version: str, hooks: Mapping[str, str] | None = None, *, configuration: str = ""
) -> str:
    """Begin to release a version of the catalog by CodeDeploy and return the id of the deployment."""
    document = appspec(releases.definition(version, service.container), service.container, hooks or {})
    chosen = {"deploymentConfigName": f"CodeDeployDefault.{configuration}"} if configuration else {}
    made = aws.client("codedeploy").create_deployment(
        applicationName=application(), deploymentGroupName=GROUP,
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(document)}}, **chosen,
    )  # fmt: skip
    return str(made["deploymentId"])


def is_over(deployment: str) -> bool:
    """Return whether a deployment has ended, and the one that rolls it back, too."""
    found = describe(deployment)
    back = found.get("rollbackInfo", {}).get("rollbackDeploymentId")
    return found["status"] in OVER and (not back or describe(back)["status"] in OVER)


def describe(deployment: str) -> Document:
    """Return what CodeDeploy says of a deployment."""
    return dict(aws.client("codedeploy").get_deployment(deploymentId=deployment)["deploymentInfo"])


def events(deployment: str) -> list[Document]:
    """Return the lifecycle events of a deployment's only target, in their order; [] before there is one."""
    codedeploy = aws.client("codedeploy")
    try:
        ids = codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
    except codedeploy.exceptions.DeploymentNotStartedException:
        return []
    found = codedeploy.get_deployment_target(deploymentId=deployment, targetId=ids[0])["deploymentTarget"]
    return list(found["ecsTarget"]["lifecycleEvents"])


def newest() -> Document | None:
    """Return the newest deployment that nobody but the learner (or a check) began, or None."""
    codedeploy = aws.client("codedeploy")
    listed = codedeploy.list_deployments(applicationName=application(), deploymentGroupName=GROUP)["deployments"]
    found = [describe(each) for each in listed]
    ours = [each for each in found if each.get("creator") != "codeDeployRollback"]
    return max(ours, key=lambda each: each["createTime"], default=None)


class _Watch(seen.Watch):
    """A deployment, and the one that rolls it back."""

    def __init__(self, deployment: str) -> None:
        self._deployment, self._state, self._back = deployment, "Created", ""

    def state(self) -> str:
        return self._state

    def is_over(self) -> bool:
        found = describe(self._deployment)
        self._state = str(found["status"])
        self._back = str(found.get("rollbackInfo", {}).get("rollbackDeploymentId") or "")
        if self._back:
            return describe(self._back)["status"] in OVER
        return self._state in OVER

    def stages(self) -> list[show.Stage]:
        drawn = [_stage(each) for each in events(self._deployment) if each.get("startTime")]
        if self._back:
            found = describe(self._back)
            end = found.get("completeTime")
            drawn.append(
                show.Stage("rollback", found["createTime"].timestamp(), end and end.timestamp(), found["status"])
            )
        return drawn


def _stage(event: Document) -> show.Stage:
    end = event.get("endTime")
    return show.Stage(
        event["lifecycleEventName"], event["startTime"].timestamp(), end and end.timestamp(), event["status"]
    )
