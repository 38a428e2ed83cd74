"""Services: what is wanted is written here, and brought about by the keeper."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from . import hooks, service_documents
from .alarms import Alarms
from .hooks import Hooks
from .keeper import KIND, Keeper
from .model import Document
from .rollout import Rollout
from .service_checks import check_name, check_request, check_strategy, configuration_of, targets_of
from .service_model import ALTERNATE, PRIMARY, Deployment, Revision, ServiceRecord
from .shifting import Shifting
from .stages import Stages
from .tasks import Tasks

Request = dict[str, Any]
_NOT_SETTINGS = ("cluster", "service", "serviceName", "desiredCount", "clientToken", "tags", "forceNewDeployment")
# What a service revision holds: a change of it is a deployment.
_OF_REVISION = (
    "taskDefinition",
    "loadBalancers",
    "networkConfiguration",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
)


class Services(Tasks):
    """The operations on services. API: CreateService and its neighbours."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._hooks = Hooks(self._records)
        stages = Stages(Shifting(cloud), self._hooks)
        self._keeper = Keeper(self._records, self._runs.balancing, Rollout(Alarms(cloud), stages))

    def start(self) -> None:
        super().start()
        self.cloud.workers.register(KIND, self._keeper.work)
        self.cloud.workers.register(hooks.KIND, self._hooks.work)

    def create_service(self, scope: Scope, request: Request) -> Request:
        check_name(request["serviceName"])
        check_request(request)
        settings = _settings(request)
        settings["deploymentConfiguration"] = configuration_of(request)
        controller = settings.get("deploymentController", {}).get("type", "ECS")
        if controller != "EXTERNAL" and "taskDefinition" not in request:
            raise ServiceError("InvalidParameterException", "TaskDefinition cannot be empty.")
        with self.cloud.store.transaction():
            cluster = self._records.cluster(scope, request.get("cluster"))
            service = ServiceRecord(
                request["serviceName"], cluster.name, self.cloud.clock.now(), request.get("desiredCount", 0), settings,
                tags=request.get("tags", []),
            )  # fmt: skip
            if self._exists(scope, service, request):
                return self._answer(scope, self._records.service(scope, cluster.name, service.name))
            self._forget(scope, service)
            settings.setdefault("launchType", "FARGATE")
            self._records.services.put(scope, service.key, service)
            if controller == "ECS":
                check_strategy(service.configuration, settings.get("loadBalancers", []))
                self._deploy(scope, service)
            elif controller == "CODE_DEPLOY":
                self._add_task_set(scope, service, settings, "PRIMARY", 100.0)
            self.cloud.workers.start(KIND, scope, service.key)
        return self._answer(scope, service)

    def _exists(self, scope: Scope, service: ServiceRecord, request: Request) -> bool:
        """The same token again is the same service; another of this name must be gone first."""
        found = self._records.services.get(scope, service.key)
        if found is None or found.status == "INACTIVE":
            return False
        if request.get("clientToken") and found.settings.get("clientToken") == request["clientToken"]:
            return True
        state = "still Draining" if found.status == "DRAINING" else "not idempotent"
        raise ServiceError("InvalidParameterException", f"Creation of service {found.name} was {state}: it exists.")

    def _forget(self, scope: Scope, service: ServiceRecord) -> None:
        """Drop what a deleted service of the same name left."""
        for revision in self._records.revisions_of(scope, service):
            self._records.revisions.delete(scope, revision.key)
        for deployment in self._records.deployments_of(scope, service):
            self._records.deployments.delete(scope, deployment.key)

    def update_service(self, scope: Scope, request: Request) -> Request:
        check_request(request)
        with self.cloud.store.transaction():
            service = self._records.service(scope, request.get("cluster"), request["service"])
            if service.status != "ACTIVE":
                raise ServiceError("ServiceNotActiveException", f"Service {service.name} was not ACTIVE.")
            self._check_update(service, request)
            before = copy.deepcopy(service.settings)
            service.settings |= _settings(request)
            service.settings["deploymentConfiguration"] = configuration_of(request, service.configuration)
            service.desired = request.get("desiredCount", service.desired)
            service.steady = False
            self._records.services.put(scope, service.key, service)
            changed = any(before.get(member) != service.settings.get(member) for member in _OF_REVISION)
            if service.controller == "ECS" and (changed or request.get("forceNewDeployment")):
                check_strategy(service.configuration, service.settings.get("loadBalancers", []))
                self._deploy(scope, service)
            self.cloud.workers.start(KIND, scope, service.key)
            self._records.bell(scope, service.key).set()
        return self._answer(scope, service)

    @staticmethod
    def _check_update(service: ServiceRecord, request: Request) -> None:
        if service.controller == "ECS":
            return
        forbidden = [member for member in (*_OF_REVISION, "forceNewDeployment") if member in request]
        if service.controller == "CODE_DEPLOY" and forbidden:
            raise ServiceError(
                "InvalidParameterException",
                f"Unable to update {', '.join(forbidden)} on services with a CODE_DEPLOY deployment controller. Use AWS"
                " CodeDeploy to trigger a new deployment.",
            )

    def delete_service(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            service = self._records.service(scope, request.get("cluster"), request["service"])
            if service.desired and not request.get("force"):
                raise ServiceError(
                    "InvalidParameterException",
                    "The service cannot be stopped while it is scaled above 0. Update desiredCount to 0, or use force.",
                )
            service.status, service.desired = "DRAINING", 0
            self._records.services.put(scope, service.key, service)
            self.cloud.workers.start(KIND, scope, service.key)
            self._records.bell(scope, service.key).set()
        return self._answer(scope, service)

    def describe_services(self, scope: Scope, request: Request) -> Request:
        found, failures = [], []
        for reference in request["services"]:
            key = self._records.service_key(scope, request.get("cluster"), reference)
            if service := self._records.services.get(scope, key):
                described = self._service(scope, service)
                found.append(described if "TAGS" in request.get("include", []) else {**described, "tags": []})
            else:
                failures.append({"arn": scope.arn("ecs", f"service/{key}"), "reason": "MISSING"})
        return {"services": found, "failures": failures}

    def list_services(self, scope: Scope, request: Request) -> Request:
        cluster = self._records.cluster(scope, request.get("cluster"))
        arns = [
            service_documents.service_arn(scope, service)
            for service in self._records.services.list(scope, f"{cluster.name}/")
            if service.status != "INACTIVE" and request.get("launchType") in (None, service.settings.get("launchType"))
        ]
        page, token = self._page(arns, {"maxResults": 10, **request})
        return {"serviceArns": page, "nextToken": token}

    # What is made

    def _deploy(self, scope: Scope, service: ServiceRecord) -> None:
        """Record a new revision and the deployment that brings it; one that goes on is over."""
        now, number = self.cloud.clock.now(), service_documents.number_of(str(uuid.uuid4()))
        tasks = [task for task in self._records.tasks_of(scope, service) if not task.over]
        sources = [
            revision.id
            for revision in self._records.revisions_of(scope, service)
            if revision.id == service.completed or any(task.revision == revision.id for task in tasks)
        ]
        sources.sort(key=lambda each: each != service.completed)
        revision = self._revision(scope, service, number, self._next_slot(scope, service))
        deployment = Deployment(
            id=uuid.uuid4().hex[:22], service=service.key, created=now, target=number, sources=sources,
            configuration=copy.deepcopy(service.configuration), desired=service.desired,
        )  # fmt: skip
        self._supersede(scope, service)
        service.deployment, service.primary = deployment.id, number
        self._records.revisions.put(scope, revision.key, revision)
        self._records.deployments.put(scope, deployment.key, deployment)
        self._records.services.put(scope, service.key, service)

    def _revision(self, scope: Scope, service: ServiceRecord, number: str, slot: str) -> Revision:
        settings, now = service.settings, self.cloud.clock.now()
        definition = self._runnable(scope, settings["taskDefinition"], settings)
        return Revision(
            id=number, service=service.key, created=now, updated=now,
            definition=scope.arn("ecs", f"task-definition/{definition.label}"), wanted=service.desired,
            settings={member: settings[member] for member in _OF_REVISION if member in settings}, slot=slot,
            targets=targets_of(settings.get("loadBalancers", []), definition, slot),
        )  # fmt: skip

    def _next_slot(self, scope: Scope, service: ServiceRecord) -> str:
        """Traffic is shifted to the target group that the revision with all traffic is not in."""
        present = self._records.revision(scope, service, service.completed) if service.completed else None
        if present is None:
            return PRIMARY
        if service.strategy == "ROLLING":
            return present.slot
        return ALTERNATE if present.slot == PRIMARY else PRIMARY

    def _supersede(self, scope: Scope, service: ServiceRecord) -> None:
        found = self._records.deployments.get(scope, f"{service.key}/{service.deployment}")
        if found is None or found.over:
            return
        found.status, found.stopped, found.finished = "STOPPED", self.cloud.clock.now(), self.cloud.clock.now()
        found.reason = "A newer deployment of the service has begun."
        self._records.deployments.put(scope, found.key, found)

    def _add_task_set(
        self, scope: Scope, service: ServiceRecord, request: Document, status: str, scale: float
    ) -> Revision:
        """Record a task set (also those of CreateTaskSet)."""
        definition = self._runnable(scope, request["taskDefinition"], {**service.settings, **request})
        now = self.cloud.clock.now()
        revision = Revision(
            id=service_documents.number_of(str(uuid.uuid4())), service=service.key,
            created=now, updated=now, definition=scope.arn("ecs", f"task-definition/{definition.label}"), wanted=0,
            settings={member: request[member] for member in _OF_REVISION if member in request},
            targets=targets_of(request.get("loadBalancers", []), definition),
            scale=scale, external_id=request.get("externalId", ""), task_set_status=status,
            tags=request.get("tags", []),
        )  # fmt: skip
        if status == "PRIMARY":
            service.primary = revision.id
            self._records.services.put(scope, service.key, service)
        self._records.revisions.put(scope, revision.key, revision)
        return revision

    # What is answered

    def _answer(self, scope: Scope, service: ServiceRecord) -> Request:
        return {"service": self._service(scope, service)}

    def _service(self, scope: Scope, service: ServiceRecord) -> Document:
        current = self._records.deployments.get(scope, f"{service.key}/{service.deployment}")
        revisions, tasks = self._records.revisions_of(scope, service), self._records.tasks_of(scope, service)
        return service_documents.service(scope, service, revisions, tasks, current)


def _settings(request: Request) -> Document:
    """Return the members of a request that describe the service."""
    settings = {name: copy.deepcopy(value) for name, value in request.items() if name not in _NOT_SETTINGS}
    if "clientToken" in request:
        settings["clientToken"] = request["clientToken"]
    return settings
