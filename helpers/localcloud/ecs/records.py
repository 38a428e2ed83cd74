"""All that is stored of ECS, how it is addressed, and the bells that ring when it changes."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from .model import Cluster, Definition, Task
from .service_model import Deployment, Revision, ServiceRecord

DEFAULT = "default"


class Records:
    """Collections, and one bell for each service: whoever keeps the service waits on it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.clusters = cloud.store.collection("ecs.cluster", Cluster)
        self.definitions = cloud.store.collection("ecs.definition", Definition)
        self.tasks = cloud.store.collection("ecs.task", Task)
        self.services = cloud.store.collection("ecs.service", ServiceRecord)
        self.revisions = cloud.store.collection("ecs.revision", Revision)
        self.deployments = cloud.store.collection("ecs.deployment", Deployment)
        self._bells: dict[tuple[Scope, str], threading.Event] = defaultdict(threading.Event)

    def bell(self, scope: Scope, service_key: str) -> threading.Event:
        """Return the bell of a service."""
        return self._bells[scope, service_key]

    def cluster(self, scope: Scope, name_or_arn: str | None) -> Cluster:
        """Return an active cluster. Raises ClusterNotFoundException."""
        name = (name_or_arn or DEFAULT).rpartition("cluster/")[2]
        found = self.clusters.get(scope, name)
        if found is None or found.status != "ACTIVE":
            raise ServiceError(
                "ClusterNotFoundException",
                f"Cluster not found. The account {scope.account} has no cluster {name}; CreateCluster makes one.",
            )
        return found

    def definition(self, scope: Scope, reference: str) -> Definition:
        """Return a task definition by ARN, family:revision, or family (its latest active revision).

        Raises ClientException.
        """
        label = reference.rpartition("task-definition/")[2]
        family, _, revision = label.partition(":")
        if revision.isdigit():
            found = self.definitions.get(scope, f"{family}:{int(revision):06}")
        else:
            active = [each for each in self.definitions.list(scope, f"{family}:") if each.status == "ACTIVE"]
            found = max(active, key=lambda each: each.revision, default=None)
        if found is None:
            raise ServiceError("ClientException", f"Unable to describe task definition: there is no {label}.")
        return found

    def task(self, scope: Scope, cluster: str, reference: str) -> Task | None:
        """Return a task by id or ARN, or None."""
        return self.tasks.get(scope, f"{cluster}/{reference.rpartition('/')[2]}")

    def tasks_of(self, scope: Scope, service: ServiceRecord) -> list[Task]:
        """Return the tasks of a service, the oldest first, with those that have stopped."""
        return [task for task in self.tasks.list(scope, f"{service.cluster}/") if task.service == service.name]

    def change_task(self, scope: Scope, key: str, change: Callable[[Task], None]) -> Task | None:
        """Change a task in one transaction and wake its service; None if it is gone."""
        with self.cloud.store.transaction():
            task = self.tasks.get(scope, key)
            if task is None:
                return None
            change(task)
            task.version += 1
            self.tasks.put(scope, key, task)
        if task.service:
            self.bell(scope, f"{task.cluster}/{task.service}").set()
        return task

    def service(self, scope: Scope, cluster: str | None, reference: str) -> ServiceRecord:
        """Return a service that was not deleted. Raises ClusterNotFoundException, ServiceNotFoundException."""
        key = self.service_key(scope, cluster, reference)
        found = self.services.get(scope, key)
        if found is None or found.status == "INACTIVE":
            raise ServiceError("ServiceNotFoundException", f"Service not found: {key} does not exist.")
        return found

    def service_key(self, scope: Scope, cluster: str | None, reference: str) -> str:
        """Return the key of a service named by name or ARN. Raises ClusterNotFoundException."""
        return f"{self.cluster(scope, cluster).name}/{reference.rpartition('/')[2]}"

    def revisions_of(self, scope: Scope, service: ServiceRecord) -> Sequence[Revision]:
        """Return the revisions (or task sets) of a service, the oldest first."""
        return self.revisions.list(scope, f"{service.key}/")

    def revision(self, scope: Scope, service: ServiceRecord, id_: str) -> Revision | None:
        """Return one revision of a service."""
        return self.revisions.get(scope, f"{service.key}/{id_}")

    def deployments_of(self, scope: Scope, service: ServiceRecord) -> Sequence[Deployment]:
        """Return the deployments of a service, the oldest first."""
        return self.deployments.list(scope, f"{service.key}/")

    def deployment_by_arn(self, scope: Scope, arn: str) -> Deployment:
        """Return a service deployment. Raises ServiceDeploymentNotFoundException."""
        found = self.deployments.get(scope, arn.rpartition("service-deployment/")[2])
        if found is None:
            raise ServiceError("ServiceDeploymentNotFoundException", f"There is no service deployment {arn}.")
        return found
