"""Makes tasks: the record first, then the durable job that runs it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ..scope import Scope
from . import announce, documents
from .model import Cluster, ContainerRun, Definition, Document, Target, Task
from .records import Records
from .task_run import KIND

# ECS shows a stopped task for about an hour.
_KEPT = timedelta(hours=1)
# A service whose tasks crash at once would fill that hour with thousands.
_MOST_KEPT = 200


def place(
    records: Records, scope: Scope, cluster: Cluster, definition: Definition, group: str,
    targets: Sequence[Target] = (), **members: Any,
) -> Task:  # fmt: skip
    """Record a task of `definition` and begin it; `members` are those of Task."""
    containers = [
        ContainerRun(each["name"], each["image"], each["essential"])
        for each in definition.content["containerDefinitions"]
    ]
    task = Task(
        id=uuid.uuid4().hex, cluster=cluster.name, definition=documents.definition_arn(scope, definition),
        created=records.cloud.clock.now(), group=group, containers=containers, targets=list(targets), **members,
    )  # fmt: skip
    with records.cloud.store.transaction():
        records.tasks.put(scope, task.key, task)
        announce.task_change(records.cloud, scope, task, definition.content)
        records.cloud.workers.start(KIND, scope, task.key)
    return task


def stop(records: Records, scope: Scope, key: str, code: str, reason: str) -> Task | None:
    """Ask a task to stop; one that stops already goes on doing so, for its own reason. None if it is gone."""

    def change(task: Task) -> None:
        if task.wanted:
            task.desired, task.stop_code, task.stopped_reason = "STOPPED", code, reason
            task.stopping = records.cloud.clock.now()

    task = records.change_task(scope, key, change)
    records.cloud.workers.stop(KIND, scope, key)
    return task


def forget_old(records: Records, scope: Scope, cluster: str) -> None:
    """Drop tasks that have been stopped for long, and of very many the oldest."""
    limit = records.cloud.clock.now() - _KEPT
    stopped = [task for task in records.tasks.list(scope, f"{cluster}/") if task.stopped is not None]
    for number, task in enumerate(reversed(stopped)):
        if number >= _MOST_KEPT or (task.stopped and task.stopped < limit):
            records.tasks.delete(scope, task.key)


def launch_of(cluster: Cluster, request: Document) -> dict[str, str]:
    """Return launch type and capacity provider of a request that may name either, or leave it to the cluster."""
    strategy: list[Document] = request.get("capacityProviderStrategy") or []
    if not strategy and "launchType" not in request:
        strategy = cluster.settings.get("defaultCapacityProviderStrategy", [])
    if not strategy:
        return {"launch_type": request.get("launchType", "FARGATE")}
    heaviest = max(strategy, key=lambda item: (item.get("base", 0), item.get("weight", 0)))
    return {"launch_type": "FARGATE", "capacity_provider": heaviest["capacityProvider"]}
