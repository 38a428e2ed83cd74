"""Task sets: for services whose deployments CodeDeploy, or a program of one's own, controls."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from . import service_documents
from .keeper import KIND
from .service_documents import task_set
from .service_model import Revision, ServiceRecord
from .services import Services
from .task_set_keeping import DRAINING, computed

Request = dict[str, Any]


class TaskSets(Services):
    """The operations on task sets. API: CreateTaskSet and its neighbours."""

    def create_task_set(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            service = self._of_others(scope, request)
            scale = _scale(request)
            if token := request.get("clientToken"):
                same = [
                    each for each in self._records.revisions_of(scope, service) if each.settings.get("token") == token
                ]
                if same:
                    return self._task_set_answer(scope, service, same[0])
            # The first of a service that nobody controls for it is primary only when it is made so.
            status = "ACTIVE"
            made = self._add_task_set(scope, service, request, status, scale)
            made.wanted, made.settings["token"] = computed(service.desired, scale), token
            made.settings["loadBalancers"] = request.get("loadBalancers", [])
            self._records.revisions.put(scope, made.key, made)
            self._wake(scope, service)
        return self._task_set_answer(scope, service, made)

    def update_task_set(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            service = self._of_others(scope, request)
            found = self._task_set(scope, service, request["taskSet"])
            found.scale, found.stable_since = _scale(request), None
            self._records.revisions.put(scope, found.key, found)
            self._wake(scope, service)
        return self._task_set_answer(scope, service, found)

    def update_service_primary_task_set(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            service = self._of_others(scope, request)
            primary = self._task_set(scope, service, request["primaryTaskSet"])
            for each in self._records.revisions_of(scope, service):
                if each.task_set_status == "PRIMARY" and each.id != primary.id:
                    each.task_set_status = "ACTIVE"
                    self._records.revisions.put(scope, each.key, each)
            primary.task_set_status = "PRIMARY"
            self._records.revisions.put(scope, primary.key, primary)
            service.primary = primary.id
            service.settings |= {"taskDefinition": primary.definition}
            self._records.services.put(scope, service.key, service)
        return self._task_set_answer(scope, service, primary)

    def delete_task_set(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            service = self._of_others(scope, request)
            found = self._task_set(scope, service, request["taskSet"])
            if found.task_set_status == "PRIMARY":
                raise ServiceError("InvalidParameterException", f"The task set {found.id} is primary; make another so.")
            if found.scale and not request.get("force"):
                raise ServiceError(
                    "InvalidParameterException",
                    f"The task set {found.id} is scaled above 0; scale it to 0 or use force.",
                )
            found.task_set_status = DRAINING
            self._records.revisions.put(scope, found.key, found)
            self._wake(scope, service)
        return self._task_set_answer(scope, service, found)

    def describe_task_sets(self, scope: Scope, request: Request) -> Request:
        service = self._of_others(scope, request)
        tasks, revisions = self._records.tasks_of(scope, service), self._records.revisions_of(scope, service)
        by_id = {each.id: each for each in revisions}
        wanted = [name.rpartition("/")[2] for name in request.get("taskSets") or by_id]
        return {
            "taskSets": [task_set(scope, service, by_id[name], tasks) for name in wanted if name in by_id],
            "failures": [
                {"arn": scope.arn("ecs", f"task-set/{service.key}/{name}"), "reason": "MISSING"}
                for name in wanted
                if name not in by_id
            ],
        }

    def _of_others(self, scope: Scope, request: Request) -> ServiceRecord:
        """Return a service whose deployments ECS does not control. Raises InvalidParameterException for others."""
        service = self._records.service(scope, request.get("cluster"), request["service"])
        if service.controller == "ECS":
            raise ServiceError(
                "InvalidParameterException",
                f"Service {service.name} has the deployment controller ECS; task sets need CODE_DEPLOY or EXTERNAL.",
            )
        if service.status != "ACTIVE":
            raise ServiceError("ServiceNotActiveException", f"Service {service.name} was not ACTIVE.")
        return service

    def _task_set(self, scope: Scope, service: ServiceRecord, reference: str) -> Revision:
        found = self._records.revision(scope, service, reference.rpartition("/")[2])
        if found is None:
            raise ServiceError("TaskSetNotFoundException", f"The service {service.name} has no task set {reference}.")
        return found

    def _wake(self, scope: Scope, service: ServiceRecord) -> None:
        self.cloud.workers.start(KIND, scope, service.key)
        self._records.bell(scope, service.key).set()

    def _task_set_answer(self, scope: Scope, service: ServiceRecord, found: Revision) -> Request:
        tasks = self._records.tasks_of(scope, service)
        return {"taskSet": service_documents.task_set(scope, service, found, tasks)}


def _scale(request: Request) -> float:
    """Return the scale of a request in percent; AWS scales to nothing where none is given."""
    scale = request.get("scale", {})
    value = float(scale.get("value", 0.0))
    if scale.get("unit", "PERCENT") != "PERCENT" or not 0 <= value <= 100:
        raise ServiceError(
            "InvalidParameterException", f"scale is {value} {scale.get('unit')}; it is 0 to 100 PERCENT."
        )
    return value
