"""Services, task sets, deployments and revisions in the form of ECS's answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ..scope import Scope
from .breaker import threshold
from .documents import cluster_arn
from .model import RUNNING, Task
from .plan import PRE_PRODUCTION, PRODUCTION, Step, plan
from .service_model import Deployment, Document, HookRun, Revision, ServiceRecord

# Members of the request that an answer has as they are.
_AS_GIVEN = (
    "capacityProviderStrategy", "healthCheckGracePeriodSeconds", "launchType", "loadBalancers", "networkConfiguration",
    "placementConstraints", "placementStrategy", "platformVersion", "serviceRegistries",
)  # fmt: skip
_OF_REVISION = ("capacityProviderStrategy", "launchType", "networkConfiguration", "platformVersion")


def service_arn(scope: Scope, service: ServiceRecord) -> str:
    return scope.arn("ecs", f"service/{service.key}")


def deployment_arn(scope: Scope, deployment: Deployment) -> str:
    return scope.arn("ecs", f"service-deployment/{deployment.key}")


def revision_arn(scope: Scope, service_key: str, revision: str) -> str:
    return scope.arn("ecs", f"service-revision/{service_key}/{revision}")


def task_set_arn(scope: Scope, revision: Revision) -> str:
    return scope.arn("ecs", f"task-set/{revision.service}/{deployment_id(revision)}")


def deployment_id(revision: Revision | None) -> str:
    """Return how DescribeServices and tasks name what a revision runs as: ecs-svc/ and digits."""
    return f"ecs-svc/{revision.id if revision else 0}"


def service(
    scope: Scope, found: ServiceRecord, revisions: Sequence[Revision], tasks: Sequence[Task], current: Deployment | None
) -> Document:
    """Return a service (API shape Service)."""
    given = {member: found.settings[member] for member in _AS_GIVEN if member in found.settings}
    ours = found.controller == "ECS"
    shown = [each for each in revisions if each.id == found.primary or _alive(each, tasks)]
    return {
        **given,
        **_counts(tasks),
        "serviceArn": service_arn(scope, found),
        "serviceName": found.name,
        "clusterArn": cluster_arn(scope, found.cluster),
        "status": found.status,
        "desiredCount": found.desired,
        "taskDefinition": _task_definition(found, revisions),
        "deploymentConfiguration": found.configuration,
        "deploymentController": {"type": found.controller},
        "deployments": [_rollout(found, each, tasks) for each in reversed(shown)] if ours else [],
        "taskSets": [] if ours else [task_set(scope, found, each, tasks) for each in revisions],
        "currentServiceDeployment": deployment_arn(scope, current) if current and not current.over else None,
        "currentServiceRevisions": [_current(scope, found, each, tasks) for each in shown] if ours else None,
        "events": [{"id": each.id, "createdAt": each.at, "message": each.message} for each in found.events],
        "createdAt": found.created,
        "createdBy": f"arn:aws:iam::{scope.account}:root",
        "schedulingStrategy": "REPLICA",
        "enableECSManagedTags": bool(found.settings.get("enableECSManagedTags")),
        "enableExecuteCommand": False,
        "propagateTags": found.settings.get("propagateTags", "NONE"),
        "roleArn": f"arn:aws:iam::{scope.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "tags": found.tags,
    }


def _task_definition(found: ServiceRecord, revisions: Sequence[Revision]) -> str | None:
    primary = next((each for each in revisions if each.id == found.primary), None)
    return primary.definition if primary else found.settings.get("taskDefinition")


def _alive(revision: Revision, tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.revision == revision.id and not task.over]


def _counts(tasks: Sequence[Task]) -> Document:
    wanted = [task for task in tasks if task.wanted]
    running = sum(task.status == RUNNING for task in wanted)
    return {"runningCount": running, "pendingCount": len(wanted) - running}


def _of(revision: Revision, tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.revision == revision.id]


def _rollout(found: ServiceRecord, revision: Revision, tasks: Sequence[Task]) -> Document:
    return {
        **{member: revision.settings[member] for member in _OF_REVISION if member in revision.settings},
        **_counts(_of(revision, tasks)),
        "id": deployment_id(revision),
        "status": "PRIMARY" if revision.id == found.primary else "ACTIVE",
        "taskDefinition": revision.definition,
        "desiredCount": found.desired if revision.id == found.primary else revision.wanted,
        "failedTasks": revision.failed_tasks,
        "createdAt": revision.created,
        "updatedAt": revision.updated,
        "rolloutState": revision.rollout,
        "rolloutStateReason": revision.rollout_reason or f"ECS deployment {deployment_id(revision)} in progress.",
    }


def _current(scope: Scope, found: ServiceRecord, revision: Revision, tasks: Sequence[Task]) -> Document:
    return _summary(scope, found.key, revision, tasks)


def _summary(scope: Scope, key: str, revision: Revision, tasks: Sequence[Task]) -> Document:
    counts = _counts(_of(revision, tasks))
    return {
        "arn": revision_arn(scope, key, revision.id),
        "requestedTaskCount": revision.wanted,
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def task_set(scope: Scope, found: ServiceRecord, revision: Revision, tasks: Sequence[Task]) -> Document:
    """Return a task set (API shape TaskSet)."""
    return {
        **{member: revision.settings[member] for member in _OF_REVISION if member in revision.settings},
        **_counts(_of(revision, tasks)),
        "id": deployment_id(revision),
        "taskSetArn": task_set_arn(scope, revision),
        "serviceArn": service_arn(scope, found),
        "clusterArn": cluster_arn(scope, found.cluster),
        "startedBy": revision.settings.get("startedBy", "ecs"),
        "externalId": revision.external_id or None,
        "status": revision.task_set_status,
        "taskDefinition": revision.definition,
        "computedDesiredCount": revision.wanted,
        "createdAt": revision.created,
        "updatedAt": revision.updated,
        "loadBalancers": revision.settings.get("loadBalancers", []),
        "serviceRegistries": [],
        "scale": {"value": revision.scale, "unit": "PERCENT"},
        "stabilityStatus": "STEADY_STATE" if revision.stable_since else "STABILIZING",
        "stabilityStatusAt": revision.stable_since or revision.updated,
        "tags": revision.tags,
    }


def deployment(
    scope: Scope, found: Deployment, owner: ServiceRecord, revisions: Sequence[Revision], tasks: Sequence[Task]
) -> Document:
    """Return a service deployment (API shape ServiceDeployment)."""
    by_id = {revision.id: revision for revision in revisions}
    sources = [by_id[each] for each in found.sources if each in by_id]
    rest = 100.0 - found.production_weight
    return {
        **_brief(scope, found, owner),
        "updatedAt": found.updated or found.created,
        "stoppedAt": found.stopped,
        "sourceServiceRevisions": [
            {
                **_summary(scope, found.service, each, tasks),
                "requestedProductionTrafficWeight": rest if number == 0 else 0.0,
                "requestedTestTrafficWeight": 0.0,
            }
            for number, each in enumerate(sources)
        ],
        "targetServiceRevision": {
            **_summary(scope, found.service, by_id[found.target], tasks),
            "requestedProductionTrafficWeight": found.production_weight,
            "requestedTestTrafficWeight": found.test_weight,
        },
        "lifecycleStage": stage_of(found),
        "lifecycleHookDetails": [_hook(each) for each in found.hooks],
        "deploymentConfiguration": found.configuration,
        "rollback": _rollback(scope, found),
        "deploymentCircuitBreaker": {
            "status": found.breaker,
            "failureCount": found.failures,
            "threshold": threshold(found.configuration.get("deploymentCircuitBreaker", {}), owner.desired),
        },
        "alarms": {
            "status": found.alarms,
            "alarmNames": found.configuration.get("alarms", {}).get("alarmNames", []),
            "triggeredAlarmNames": found.triggered_alarms,
        },
    }


def brief_deployment(scope: Scope, found: Deployment, owner: ServiceRecord) -> Document:
    """Return a service deployment as ListServiceDeployments has it (API shape ServiceDeploymentBrief)."""
    return {
        **_brief(scope, found, owner),
        "targetServiceRevisionArn": revision_arn(scope, found.service, found.target),
    }


def _brief(scope: Scope, found: Deployment, owner: ServiceRecord) -> Document:
    return {
        "serviceDeploymentArn": deployment_arn(scope, found),
        "serviceArn": service_arn(scope, owner),
        "clusterArn": cluster_arn(scope, owner.cluster),
        "createdAt": found.created,
        "startedAt": found.started,
        "finishedAt": found.finished,
        "status": found.status,
        "statusReason": found.reason or None,
    }


def plan_of(found: Deployment) -> list[Step]:
    """Return the plan of a deployment that shifts traffic."""
    return plan(found.configuration, reconcile=len(found.sources) > 1, first=not found.sources)


def stage_of(found: Deployment) -> str | None:
    """Return the lifecycle stage; before a shift it is shown as that of the shift, which is all the API has."""
    if found.configuration.get("strategy", "ROLLING") == "ROLLING" or not found.started:
        return None
    steps = plan_of(found)
    stage = steps[min(found.position, len(steps) - 1)].stage
    return PRODUCTION if stage == PRE_PRODUCTION else stage


def _hook(found: HookRun) -> Document:
    return {
        "hookId": found.id,
        "targetType": found.kind,
        "targetArn": found.target or None,
        "status": found.status,
        "expiresAt": found.expires,
        "timeoutAction": found.timeout_action,
    }


def _rollback(scope: Scope, found: Deployment) -> Document | None:
    if not found.rollback_reason:
        return None
    return {
        "reason": found.rollback_reason,
        "startedAt": found.rollback_started,
        "serviceRevisionArn": revision_arn(scope, found.service, found.rollback_to) if found.rollback_to else None,
    }


def revision(scope: Scope, found: Revision, containers: list[Document]) -> Document:
    """Return a service revision (API shape ServiceRevision); `containers` are those of its task definition."""
    cluster = found.service.partition("/")[0]
    given = {member: found.settings[member] for member in (*_OF_REVISION, "loadBalancers") if member in found.settings}
    return {
        **given,
        "serviceRevisionArn": revision_arn(scope, found.service, found.id),
        "serviceArn": scope.arn("ecs", f"service/{found.service}"),
        "clusterArn": cluster_arn(scope, cluster),
        "taskDefinition": found.definition,
        "containerImages": [_image(each) for each in containers],
        "createdAt": found.created,
    }


def _image(container: Document) -> Document:
    _, _, digest = container["image"].partition("@")
    return {"containerName": container["name"], "image": container["image"], "imageDigest": digest or None}


def number_of(text: str) -> str:
    """Return 19 digits, as the ids of revisions have, from any text."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:19]
