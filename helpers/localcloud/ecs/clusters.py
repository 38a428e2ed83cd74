"""Clusters and capacity providers."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ..cloud import Cloud
from ..paging import page
from ..scope import Scope
from ..service import Service, ServiceError
from . import documents
from .model import Cluster, Document
from .records import DEFAULT, Records

Request = dict[str, Any]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,254}")
_PROVIDERS = ("FARGATE", "FARGATE_SPOT")
_DESCRIBING = (
    "settings",
    "configuration",
    "capacityProviders",
    "defaultCapacityProviderStrategy",
    "serviceConnectDefaults",
)


class Clusters(Service):
    """The operations on clusters. API: CreateCluster and its neighbours."""

    service: ClassVar[str] = "ecs"
    validation_error: ClassVar[str] = "InvalidParameterException"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._records = Records(cloud)

    def create_cluster(self, scope: Scope, request: Request) -> Request:
        name = request.get("clusterName", DEFAULT)
        if not _NAME.fullmatch(name):
            raise ServiceError(
                "InvalidParameterException",
                f"Cluster name {name!r}: up to 255 letters, digits, hyphens and underscores, a letter first.",
            )
        _check_providers(request)
        with self.cloud.store.transaction():
            found = self._records.clusters.get(scope, name)
            if found is None or found.status != "ACTIVE":
                settings = {member: request[member] for member in _DESCRIBING if member in request}
                found = Cluster(name, self.cloud.clock.now(), settings=settings, tags=request.get("tags", []))
                self._records.clusters.put(scope, name, found)
        return {"cluster": self._cluster(scope, found)}

    def update_cluster(self, scope: Scope, request: Request) -> Request:
        return {"cluster": self._change(scope, request)}

    def update_cluster_settings(self, scope: Scope, request: Request) -> Request:
        return {"cluster": self._change(scope, request)}

    def put_cluster_capacity_providers(self, scope: Scope, request: Request) -> Request:
        _check_providers(request)
        return {"cluster": self._change(scope, request)}

    def _change(self, scope: Scope, request: Request) -> Document:
        with self.cloud.store.transaction():
            found = self._records.cluster(scope, request["cluster"])
            found.settings |= {member: request[member] for member in _DESCRIBING if member in request}
            self._records.clusters.put(scope, found.name, found)
        return self._cluster(scope, found)

    def delete_cluster(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            found = self._records.cluster(scope, request["cluster"])
            services = self._active_services(scope, found.name)
            if services:
                raise ServiceError(
                    "ClusterContainsServicesException",
                    f"The Cluster cannot be deleted while Services are active: {services} in {found.name}.",
                )
            if any(not task.over for task in self._records.tasks.list(scope, f"{found.name}/")):
                raise ServiceError(
                    "ClusterContainsTasksException",
                    f"The Cluster {found.name} cannot be deleted while Tasks are active.",
                )
            found.status = "INACTIVE"
            self._records.clusters.put(scope, found.name, found)
        return {"cluster": self._cluster(scope, found)}

    def describe_clusters(self, scope: Scope, request: Request) -> Request:
        found, failures = [], []
        for reference in request.get("clusters") or [DEFAULT]:
            name = reference.rpartition("cluster/")[2]
            if cluster := self._records.clusters.get(scope, name):
                found.append(self._cluster(scope, cluster))
            else:
                failures.append({"arn": documents.cluster_arn(scope, name), "reason": "MISSING"})
        return {"clusters": found, "failures": failures}

    def list_clusters(self, scope: Scope, request: Request) -> Request:
        arns = [
            documents.cluster_arn(scope, cluster.name)
            for cluster in self._records.clusters.list(scope)
            if cluster.status == "ACTIVE"
        ]
        found, token = page(arns, request.get("nextToken"), request.get("maxResults", 100), "InvalidParameterException")
        return {"clusterArns": found, "nextToken": token}

    def describe_capacity_providers(self, scope: Scope, request: Request) -> Request:
        wanted = [name.rpartition("/")[2] for name in request.get("capacityProviders") or _PROVIDERS]
        return {
            "capacityProviders": [
                {"capacityProviderArn": scope.arn("ecs", f"capacity-provider/{name}"), "name": name, "status": "ACTIVE"}
                for name in wanted
                if name in _PROVIDERS
            ],
            "failures": [{"arn": name, "reason": "MISSING"} for name in wanted if name not in _PROVIDERS],
        }

    def _cluster(self, scope: Scope, found: Cluster) -> Document:
        tasks = list(self._records.tasks.list(scope, f"{found.name}/"))
        return documents.cluster(scope, found, tasks, self._active_services(scope, found.name))

    def _active_services(self, scope: Scope, cluster: str) -> int:
        return sum(service.status != "INACTIVE" for service in self._records.services.list(scope, f"{cluster}/"))


def _check_providers(request: Request) -> None:
    """Only what needs no machines of the learner's own is there."""
    used = [item["capacityProvider"] for item in request.get("defaultCapacityProviderStrategy", [])]
    for name in (*request.get("capacityProviders", []), *used):
        if name not in _PROVIDERS:
            raise ServiceError(
                "InvalidParameterException",
                f"The specified capacity provider {name} was not found. There are {' and '.join(_PROVIDERS)}.",
            )
