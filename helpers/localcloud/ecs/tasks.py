"""Tasks that nobody keeps: RunTask, StopTask, and how tasks are found."""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..images import Images
from ..scope import Scope
from ..service import ServiceError
from . import documents, placing
from .definitions import Definitions
from .model import Definition, Document, Task
from .task_run import KIND, TaskRuns

Request = dict[str, Any]
_MOST = 10


class Tasks(Definitions):
    """The operations on tasks. API: RunTask and its neighbours."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._images = Images(cloud)
        self._runs = TaskRuns(self._records, self._images)

    def start(self) -> None:
        super().start()
        self.cloud.workers.register(KIND, self._runs.work)

    def run_task(self, scope: Scope, request: Request) -> Request:
        cluster = self._records.cluster(scope, request.get("cluster"))
        definition = self._runnable(scope, request["taskDefinition"], request)
        count = request.get("count", 1)
        if not 1 <= count <= _MOST:
            raise ServiceError("InvalidParameterException", f"count is {count}; RunTask starts 1 to {_MOST} tasks.")
        _check_overrides(definition, request.get("overrides", {}))
        token = request.get("clientToken", "")
        with self.cloud.store.transaction():
            placing.forget_old(self._records, scope, cluster.name)
            tasks = [task for task in self._of(scope, cluster.name) if token and task.token == token]
            members: dict[str, Any] = {
                "started_by": request.get("startedBy", ""),
                "overrides": request.get("overrides", {}),
                "network": request.get("networkConfiguration", {}),
                "tags": request.get("tags", []),
                "token": token,
                **placing.launch_of(cluster, request),
            }
            group = request.get("group", f"family:{definition.family}")
            for _ in range(0 if tasks else count):
                tasks.append(placing.place(self._records, scope, cluster, definition, group, **members))
        return {"tasks": [documents.task(scope, task, definition.content) for task in tasks], "failures": []}

    def stop_task(self, scope: Scope, request: Request) -> Request:
        cluster = self._records.cluster(scope, request.get("cluster"))
        found = self._records.task(scope, cluster.name, request["task"])
        reason = request.get("reason") or "Task stopped by user"
        task = placing.stop(self._records, scope, found.key, "UserInitiated", reason) if found else None
        if task is None:
            raise ServiceError("InvalidParameterException", "The referenced task was not found.")
        return {"task": self._document(scope, task)}

    def describe_tasks(self, scope: Scope, request: Request) -> Request:
        cluster = self._records.cluster(scope, request.get("cluster"))
        if not request["tasks"]:
            raise ServiceError("InvalidParameterException", "Tasks cannot be empty.")
        tasks, failures = [], []
        for reference in request["tasks"]:
            if task := self._records.task(scope, cluster.name, reference):
                tasks.append(self._document(scope, task, request.get("include")))
            else:
                id_ = reference.rpartition("/")[2]
                arn = scope.arn("ecs", f"task/{cluster.name}/{id_}")
                failures.append({"arn": arn, "reason": "MISSING"})
        return {"tasks": tasks, "failures": failures}

    def list_tasks(self, scope: Scope, request: Request) -> Request:
        cluster = self._records.cluster(scope, request.get("cluster"))
        wanted = request.get("desiredStatus", "RUNNING")
        service = request.get("serviceName", "").rpartition("/")[2]
        if service:
            self._records.service(scope, cluster.name, service)
        arns = [
            documents.task_arn(scope, task)
            for task in self._of(scope, cluster.name)
            if (task.desired == wanted or (task.over and wanted == "STOPPED"))
            and (not service or task.service == service)
            and request.get("family") in (None, _family(task))
            and request.get("startedBy") in (None, task.started_by)
            and request.get("launchType") in (None, task.launch_type)
        ]
        found, token = self._page(arns, request)
        return {"taskArns": found, "nextToken": token}

    def _runnable(self, scope: Scope, reference: str, request: Request) -> Definition:
        """Return an active definition that fits the launch type. Raises ClientException, InvalidParameterException."""
        definition = self._records.definition(scope, reference)
        if definition.status != "ACTIVE":
            raise ServiceError("ClientException", f"TaskDefinition is inactive: {definition.label}.")
        needs = definition.content.get("requiresCompatibilities", [])
        if request.get("launchType") == "FARGATE" and needs and "FARGATE" not in needs:
            raise ServiceError(
                "InvalidParameterException", "Task definition does not support launch_type FARGATE: it requires EC2."
            )
        if definition.content.get("networkMode") == "awsvpc" and "networkConfiguration" not in request:
            raise ServiceError(
                "InvalidParameterException",
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )
        return definition

    def _of(self, scope: Scope, cluster: str) -> list[Task]:
        return list(self._records.tasks.list(scope, f"{cluster}/"))

    def _document(self, scope: Scope, task: Task, include: list[str] | None = None) -> Document:
        return documents.task(scope, task, self._records.definition(scope, task.definition).content, include)


def _family(task: Task) -> str:
    return task.definition.rpartition("/")[2].partition(":")[0]


def _check_overrides(definition: Definition, overrides: Document) -> None:
    names = {container["name"] for container in definition.content["containerDefinitions"]}
    for override in overrides.get("containerOverrides", []):
        if override.get("name") not in names:
            raise ServiceError(
                "InvalidParameterException",
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition.",
            )
