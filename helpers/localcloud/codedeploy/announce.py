"""The events of deployments and instances, in CodeDeploy's own form.

https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
"""

from __future__ import annotations

from ..cloud import Cloud
from ..scope import Scope
from .model import Deployment, Target

_STATES = {
    "InProgress": "START", "Ready": "READY", "Succeeded": "SUCCESS", "Failed": "FAILURE", "Stopped": "STOP",
}  # fmt: skip


def deployment_change(cloud: Cloud, scope: Scope, deployment: Deployment) -> None:
    """Announce the status of a deployment, if it is one that AWS announces."""
    if deployment.status in _STATES:
        resources = [_application(scope, deployment), _group(scope, deployment)]
        _emit(cloud, scope, deployment, "Deployment", deployment.status, {}, resources)


def instance_change(cloud: Cloud, scope: Scope, deployment: Deployment, target: Target) -> None:
    """Announce the status of an instance."""
    if target.status in _STATES:
        resources = [target.arn, _group(scope, deployment), _application(scope, deployment)]
        _emit(cloud, scope, deployment, "Instance", target.status, {"instanceId": target.id}, resources)


def _emit(
    cloud: Cloud,
    scope: Scope,
    deployment: Deployment,
    kind: str,
    status: str,
    more: dict[str, str],
    resources: list[str],
) -> None:
    detail = {
        **more,
        "instanceGroupId": deployment.group_id,
        "region": scope.region,
        "application": deployment.application,
        "deploymentId": deployment.id,
        "state": _STATES[status],
        "deploymentGroup": deployment.group,
    }
    cloud.events.emit(scope, "aws.codedeploy", f"CodeDeploy {kind} State-change Notification", detail, resources)


def _application(scope: Scope, deployment: Deployment) -> str:
    return scope.arn("codedeploy", f"application:{deployment.application}")


def _group(scope: Scope, deployment: Deployment) -> str:
    return scope.arn("codedeploy", f"deploymentgroup:{deployment.application}/{deployment.group}")
