"""AWS::ECS::Service.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ...resource import Attributes, Properties, Unchanged
from ...scope import Scope
from ...service import ServiceError
from ...template_request import changed, exact_request, refuse_others, without
from .foundation import EcsResource
from .waiting import Place, ServiceWait

if TYPE_CHECKING:
    from ..service import Ecs

log = logging.getLogger(__name__)

# What a property is when the template says nothing of it, as an update has to say so.
_DEPLOYMENT: dict[str, Any] = {
    "MaximumPercent": 200,
    "MinimumHealthyPercent": 100,
    "DeploymentCircuitBreaker": {"Enable": False, "Rollback": False},
    "Alarms": {"AlarmNames": [], "Enable": False, "Rollback": False},
    "Strategy": "ROLLING",
    "LifecycleHooks": [],
}
_ABSENT: dict[str, Any] = {
    "CapacityProviderStrategy": [],
    "EnableECSManagedTags": False,
    "HealthCheckGracePeriodSeconds": 0,
    "LoadBalancers": [],
    "PropagateTags": "NONE",
}
_CHANGEABLE = frozenset({
    *_ABSENT, "DeploymentConfiguration", "DesiredCount", "NetworkConfiguration", "PlatformVersion", "TaskDefinition",
})  # fmt: skip
_REPLACING = frozenset({"Cluster", "DeploymentController", "LaunchType", "Role", "SchedulingStrategy", "ServiceName"})
_KNOWN = _CHANGEABLE | _REPLACING | {"ForceNewDeployment", "Tags"}


class ServiceResource(EcsResource):
    """AWS::ECS::Service: made when its tasks run, changed when its deployment is over, deleted with its last task."""

    type = "AWS::ECS::Service"
    name_property = "ServiceName"
    id_attribute = "ServiceArn"
    replaced_by = _REPLACING
    compared = frozenset({"DesiredCount", "TaskDefinition", "Tags"})

    def __init__(self, ecs: Ecs) -> None:
        super().__init__(ecs)
        # The ARNs of services that stacks are making: whoever waits for one may be killed before its stack knows it.
        self._unsteady = ecs.cloud.store.collection("ecs.stack_service", str)

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        refuse_others(self.type, properties, _KNOWN)
        given = {"DesiredCount": 1, **without(properties, "ForceNewDeployment")}
        request = exact_request("ecs", "CreateService", given, serviceName=name)
        with self._ecs.cloud.store.transaction():
            place = Place.of(self._ecs.create_service(scope, request)["service"]["serviceArn"])
            self._unsteady.put(scope, place.arn, place.arn)
        try:
            self._wait(scope, place).until_steady(after="")
        except Exception:
            self.delete(scope, place.arn, properties)
            raise
        self._unsteady.delete(scope, place.arn)
        return _attributes(place)

    def recover(self) -> None:
        """Delete the services that were being made when the local cloud stopped; their stacks know no ARN of them."""
        for scope, arn, _ in self._unsteady.everywhere():
            try:
                self._remove(scope, Place.of(arn))
            except ServiceError as error:
                log.info("The service %s that a stack was making is gone: %s", arn, error.message)
            self._unsteady.delete(scope, arn)

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, _KNOWN)
        place = Place.of(name)
        before = self._wait(scope, place).latest_deployment()
        if given := _differences(old, new):
            self._ask(scope, exact_request("ecs", "UpdateService", given, service=place.name, cluster=place.cluster))
            self._wait(scope, place).until_steady(after=before)
        self._retag(scope, name, old, new)
        return _attributes(place)

    def _ask(self, scope: Scope, request: dict[str, Any]) -> None:
        try:
            self._ecs.update_service(scope, request)
        except ServiceError as error:
            raise Unchanged(error.code, error.message) from None

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        found = self._wait(scope, Place.of(name)).service()
        if found is None or found["status"] != "ACTIVE":
            return None
        definition = found.get("taskDefinition")
        if "TaskDefinition" in properties and not str(properties["TaskDefinition"]).startswith("arn:"):
            definition = str(definition).rpartition("/")[2]
        return {
            "DesiredCount": found["desiredCount"],
            "TaskDefinition": definition,
            "Tags": self._tags(scope, name),
        }

    def _delete(self, scope: Scope, name: str) -> None:
        place = Place.of(name)
        self._remove(scope, place)
        self._wait(scope, place).until_gone()
        self._unsteady.delete(scope, name)

    def _remove(self, scope: Scope, place: Place) -> None:
        self._ecs.delete_service(scope, {"service": place.name, "cluster": place.cluster, "force": True})

    def _wait(self, scope: Scope, place: Place) -> ServiceWait:
        return ServiceWait(self._ecs, scope, place)


def _differences(old: Properties, new: Properties) -> dict[str, Any]:
    """Return what an update has to ask for: only what changed, as a service of CodeDeploy's takes little else."""
    given = {
        name: new.get(name, _ABSENT.get(name))
        for name in _CHANGEABLE
        if changed(old, new, name) and (name in new or name in _ABSENT)
    }
    if changed(old, new, "DeploymentConfiguration"):
        given["DeploymentConfiguration"] = {**_DEPLOYMENT, **new.get("DeploymentConfiguration", {})}
    if changed(old, new, "ForceNewDeployment") and _forced(new):
        given["ForceNewDeployment"] = True
    return given


def _forced(properties: Properties) -> bool:
    wish = properties.get("ForceNewDeployment", {}).get("EnableForceNewDeployment", False)
    return str(wish).lower() == "true"


def _attributes(place: Place) -> Attributes:
    return {"ServiceArn": place.arn, "Name": place.name}
