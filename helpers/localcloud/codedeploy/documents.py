"""Deployments and their targets, as the API shows them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .model import Deployment, LifecycleEvent, Target

Document = dict[str, Any]
_SETTINGS = ("autoRollbackConfiguration", "deploymentStyle", "blueGreenDeploymentConfiguration", "loadBalancerInfo")
_TARGETS = {
    "Server": ("InstanceTarget", "instanceTarget"),
    "Lambda": ("LambdaTarget", "lambdaTarget"),
    "ECS": ("ECSTarget", "ecsTarget"),
}


def deployment(one: Deployment) -> Document:
    """Return the API shape DeploymentInfo."""
    counts = Counter(target.status for target in one.targets)
    names = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")
    return {
        **{name: one.settings[name] for name in _SETTINGS if name in one.settings},
        "applicationName": one.application,
        "deploymentGroupName": one.group,
        "deploymentConfigName": one.config,
        "deploymentId": one.id,
        "previousRevision": one.previous_revision,
        "revision": one.revision,
        "status": one.status,
        "errorInformation": {"code": one.error_code, "message": one.error_message} if one.error_code else None,
        "createTime": one.created,
        "startTime": one.started,
        "completeTime": one.completed,
        "deploymentOverview": {name: counts.get(name, 0) for name in names},
        "description": one.description or None,
        "creator": one.creator,
        "ignoreApplicationStopFailures": bool(one.settings.get("ignoreApplicationStopFailures", False)),
        "updateOutdatedInstancesOnly": False,
        "rollbackInfo": _rollback(one),
        "instanceTerminationWaitTimeStarted": bool(one.progress.get("termination_wait")),
        "fileExistsBehavior": one.settings.get("fileExistsBehavior", "DISALLOW"),
        "deploymentStatusMessages": [],
        "computePlatform": one.platform,
    }


def target(one: Deployment, found: Target) -> Document:
    """Return the API shape DeploymentTarget."""
    type_, member = _TARGETS[one.platform]
    shown = {
        "deploymentId": one.id,
        "targetId": found.id,
        "targetArn": found.arn,
        "status": found.status,
        "lastUpdatedAt": found.updated,
        "lifecycleEvents": [_event(event) for event in found.events],
        **_particulars(one),
    }
    return {"deploymentTargetType": type_, member: shown}


def instance_summary(one: Deployment, found: Target) -> Document:
    """Return the API shape InstanceSummary."""
    return {
        "deploymentId": one.id,
        "instanceId": found.id,
        "status": found.status,
        "lastUpdatedAt": found.updated,
        "lifecycleEvents": [_event(event) for event in found.events],
    }


def _particulars(one: Deployment) -> Document:
    if one.platform == "Lambda":
        return {"lambdaFunctionInfo": _function(one.progress)}
    return {"taskSetsInfo": one.progress.get("task_sets", [])} if one.platform == "ECS" else {}


def _function(progress: Document) -> Document:
    return {
        "functionName": progress.get("function"),
        "functionAlias": progress.get("alias"),
        "currentVersion": progress.get("current"),
        "targetVersion": progress.get("target"),
        "targetVersionWeight": progress.get("weight", 0) / 100,
    }


def _rollback(one: Deployment) -> Document | None:
    found = {
        "rollbackDeploymentId": one.rollback_id,
        "rollbackTriggeringDeploymentId": one.rollback_of,
        "rollbackMessage": one.rollback_message,
    }
    given = {name: value for name, value in found.items() if value}
    return given or None


def _event(event: LifecycleEvent) -> Document:
    diagnostics = {
        "errorCode": event.error_code,
        "scriptName": event.script,
        "message": event.message,
        "logTail": event.log_tail,
    }
    return {
        "lifecycleEventName": event.name,
        "diagnostics": diagnostics if event.error_code else None,
        "startTime": event.start,
        "endTime": event.end,
        "status": event.status,
    }
