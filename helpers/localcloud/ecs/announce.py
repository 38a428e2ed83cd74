"""The events of ECS, in its own form.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import documents
from .model import Document, Task

SOURCE = "aws.ecs"


def task_change(cloud: Cloud, scope: Scope, task: Task, content: Document) -> None:
    """Announce that a task's status or health changed; `content` is its task definition's."""
    detail = _plain(documents.task(scope, task, content))
    _emit(cloud, scope, "ECS Task State Change", detail, [documents.task_arn(scope, task)])


def deployment_change(cloud: Cloud, scope: Scope, service_arn: str, name: str, deployment: str, reason: str) -> None:
    """Announce SERVICE_DEPLOYMENT_IN_PROGRESS, _COMPLETED or _FAILED of a service."""
    detail = {
        "eventType": "ERROR" if name.endswith("FAILED") else "INFO",
        "eventName": name,
        "deploymentId": deployment,
        "updatedAt": cloud.clock.now().isoformat(),
        "reason": reason,
    }
    _emit(cloud, scope, "ECS Deployment State Change", detail, [service_arn])


def service_action(cloud: Cloud, scope: Scope, service_arn: str, cluster_arn: str, name: str, kind: str) -> None:
    """Announce an action of a service (SERVICE_STEADY_STATE, SERVICE_TASK_START_IMPAIRED); `kind` INFO or WARN."""
    detail = {
        "eventType": kind,
        "eventName": name,
        "clusterArn": cluster_arn,
        "createdAt": cloud.clock.now().isoformat(),
    }
    _emit(cloud, scope, "ECS Service Action", detail, [service_arn])


def _emit(cloud: Cloud, scope: Scope, kind: str, detail: Document, resources: Iterable[str]) -> None:
    cloud.events.emit(scope, SOURCE, kind, detail, list(resources))


def _plain(value: Any) -> Any:
    """Return `value` as JSON has it: dates as text, nothing that is None."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value
