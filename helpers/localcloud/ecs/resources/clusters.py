"""AWS::ECS::Cluster."""

from __future__ import annotations

from typing import Any

from ...resource import Attributes, Properties
from ...scope import Scope
from ...template_request import changed, exact_request, refuse_existing, refuse_others
from .foundation import EcsResource

_PROVIDERS = ("CapacityProviders", "DefaultCapacityProviderStrategy")
_SETTINGS = ("ClusterSettings", "Configuration")
_KNOWN = frozenset({"ClusterName", "Tags", *_SETTINGS, *_PROVIDERS})


class ClusterResource(EcsResource):
    """AWS::ECS::Cluster."""

    type = "AWS::ECS::Cluster"
    name_property = "ClusterName"
    replaced_by = frozenset({"ClusterName"})
    compared = frozenset({"ClusterName", "Tags"})

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = exact_request("ecs", "CreateCluster", self._named(properties), clusterName=name)
        refuse_existing(self.type, name, exists=self.read(scope, name, {}) is not None)
        self._ecs.create_cluster(scope, request)
        return self._attributes(scope, name)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        if changed(old, new, *_SETTINGS):
            given = {"settings": new.get("ClusterSettings", []), "configuration": new.get("Configuration", {})}
            self._ecs.update_cluster(scope, exact_request("ecs", "UpdateCluster", given, cluster=name))
        if changed(old, new, *_PROVIDERS):
            given = {member: new.get(member, []) for member in _PROVIDERS}
            request = exact_request("ecs", "PutClusterCapacityProviders", given, cluster=name)
            self._ecs.put_cluster_capacity_providers(scope, request)
        self._retag(scope, scope.arn("ecs", f"cluster/{name}"), old, new)
        return self._attributes(scope, name)

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        clusters = self._ecs.describe_clusters(scope, {"clusters": [name]})["clusters"]
        if not clusters or clusters[0]["status"] != "ACTIVE":
            return None
        return {"ClusterName": name, "Tags": self._tags(scope, scope.arn("ecs", f"cluster/{name}"))}

    def _delete(self, scope: Scope, name: str) -> None:
        self._ecs.delete_cluster(scope, {"cluster": name})

    def _named(self, properties: Properties) -> dict[str, Any]:
        """A template writes ClusterSettings where the API has settings."""
        refuse_others(self.type, properties, _KNOWN)
        return {"settings" if name == "ClusterSettings" else name: value for name, value in properties.items()}

    @staticmethod
    def _attributes(scope: Scope, name: str) -> Attributes:
        return {"Arn": scope.arn("ecs", f"cluster/{name}")}
