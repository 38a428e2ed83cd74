"""Clusters, task definitions and tasks in the form of ECS's answers."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from .model import PENDING, RUNNING, Cluster, ContainerRun, Definition, Document, Task


def cluster_arn(scope: Scope, name: str) -> str:
    return scope.arn("ecs", f"cluster/{name}")


def definition_arn(scope: Scope, definition: Definition) -> str:
    return scope.arn("ecs", f"task-definition/{definition.label}")


def task_arn(scope: Scope, task: Task) -> str:
    return scope.arn("ecs", f"task/{task.cluster}/{task.id}")


def container_arn(scope: Scope, task: Task, container: ContainerRun) -> str:
    return scope.arn("ecs", f"container/{task.cluster}/{task.id}/{container.name}")


def cluster(scope: Scope, found: Cluster, tasks: list[Task], services: int) -> Document:
    """Return a cluster (API shape Cluster) with what it runs counted."""
    return {
        "clusterArn": cluster_arn(scope, found.name),
        "clusterName": found.name,
        "status": found.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": sum(task.status == RUNNING for task in tasks),
        "pendingTasksCount": sum(task.wanted and task.status != RUNNING for task in tasks),
        "activeServicesCount": services,
        "statistics": [],
        "tags": found.tags,
        "settings": [{"name": "containerInsights", "value": "disabled"}],
        "capacityProviders": [],
        "defaultCapacityProviderStrategy": [],
        **found.settings,
    }


def definition(scope: Scope, found: Definition) -> Document:
    """Return a task definition (API shape TaskDefinition)."""
    return {
        "taskDefinitionArn": definition_arn(scope, found),
        "family": found.family,
        "revision": found.revision,
        "status": found.status,
        "registeredAt": found.registered,
        "deregisteredAt": found.deregistered,
        "registeredBy": f"arn:aws:iam::{scope.account}:root",
        "volumes": [],
        "placementConstraints": [],
        "requiresAttributes": [],
        "compatibilities": ["EC2", *(each for each in _compatible(found) if each != "EC2")],
        **found.content,
    }


def _compatible(found: Definition) -> list[str]:
    return list(found.content.get("requiresCompatibilities", []))


def task(scope: Scope, found: Task, content: Document, include: list[str] | None = None) -> Document:
    """Return a task (API shape Task); `content` is its task definition's."""
    return {
        "taskArn": task_arn(scope, found),
        "clusterArn": cluster_arn(scope, found.cluster),
        "taskDefinitionArn": found.definition,
        "containers": [_container(scope, found, each) for each in found.containers],
        "attachments": _attachments(found),
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": f"{scope.region}a",
        "capacityProviderName": found.capacity_provider or None,
        "connectivity": "CONNECTED",
        "connectivityAt": found.created,
        "cpu": content.get("cpu"),
        "memory": content.get("memory"),
        "desiredStatus": found.desired,
        "lastStatus": found.status,
        "enableExecuteCommand": False,
        "group": found.group,
        "healthStatus": found.health,
        "launchType": found.launch_type or None,
        "overrides": {"containerOverrides": [], **found.overrides},
        "platformFamily": "Linux" if found.launch_type == "FARGATE" else None,
        "platformVersion": "1.4.0" if found.launch_type == "FARGATE" else None,
        "startedBy": found.started_by or None,
        "tags": found.tags if include and "TAGS" in include else [],
        "version": found.version,
        **_moments(found),
    }


def _moments(found: Task) -> Document:
    return {
        "createdAt": found.created,
        "pullStartedAt": found.pull_started,
        "pullStoppedAt": found.pull_stopped,
        "startedAt": found.started,
        "stoppingAt": found.stopping,
        "executionStoppedAt": found.execution_stopped,
        "stoppedAt": found.stopped,
        "stopCode": found.stop_code or None,
        "stoppedReason": found.stopped_reason or None,
    }


def _container(scope: Scope, owner: Task, found: ContainerRun) -> Document:
    return {
        "containerArn": container_arn(scope, owner, found),
        "taskArn": task_arn(scope, owner),
        "name": found.name,
        "image": found.image,
        "imageDigest": found.digest or None,
        "runtimeId": f"{owner.id}-{found.pid}" if found.pid else None,
        "lastStatus": found.status,
        "exitCode": found.exit_code,
        "reason": found.reason or None,
        "healthStatus": found.health or "UNKNOWN",
        "networkBindings": _bindings(found) if found.status not in (PENDING,) else [],
        "networkInterfaces": [{"attachmentId": owner.id, "privateIpv4Address": "127.0.0.1"}],
        "cpu": "0",
    }


def _bindings(found: ContainerRun) -> list[Document]:
    return [
        {"bindIP": "127.0.0.1", "containerPort": int(inner), "hostPort": outer, "protocol": "tcp"}
        for inner, outer in found.ports.items()
    ]


def _attachments(found: Task) -> list[Document]:
    subnets: list[Any] = found.network.get("awsvpcConfiguration", {}).get("subnets", [])
    details = [{"name": "subnetId", "value": subnet} for subnet in subnets[:1]]
    details += [
        {"name": "networkInterfaceId", "value": f"eni-{found.id[:17]}"},
        {"name": "privateIPv4Address", "value": "127.0.0.1"},
    ]
    status = "DELETED" if found.over else "ATTACHED" if found.started else "PRECREATED"
    return [{"id": found.id, "type": "ElasticNetworkInterface", "status": status, "details": details}]
