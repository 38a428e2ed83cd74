"""AWS::ECS::TaskDefinition."""

from __future__ import annotations

from typing import Any

from ...resource import Attributes, Properties
from ...scope import Scope
from ...service import ServiceError
from ...template_request import exact_request
from .foundation import EcsResource


class TaskDefinitionResource(EcsResource):
    """AWS::ECS::TaskDefinition: a revision never changes, so an update registers another in its place."""

    type = "AWS::ECS::TaskDefinition"
    name_property = "Family"
    unique_name = False
    id_attribute = "TaskDefinitionArn"
    replaced_by = frozenset({
        "ContainerDefinitions", "Cpu", "EnableFaultInjection", "EphemeralStorage", "ExecutionRoleArn", "Family",
        "InferenceAccelerators", "IpcMode", "Memory", "NetworkMode", "PidMode", "PlacementConstraints",
        "ProxyConfiguration", "RequiresCompatibilities", "RuntimePlatform", "TaskRoleArn", "Volumes",
    })  # fmt: skip
    compared = frozenset({"Tags"})

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = exact_request("ecs", "RegisterTaskDefinition", properties, family=name)
        definition = self._ecs.register_task_definition(scope, request)["taskDefinition"]
        return {"TaskDefinitionArn": definition["taskDefinitionArn"]}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        self._retag(scope, name, old, new)
        return {"TaskDefinitionArn": name}

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        try:
            found = self._ecs.describe_task_definition(scope, {"taskDefinition": name})["taskDefinition"]
        except ServiceError:
            return None
        return {"Tags": self._tags(scope, name)} if found["status"] == "ACTIVE" else None

    def _delete(self, scope: Scope, name: str) -> None:
        self._ecs.deregister_task_definition(scope, {"taskDefinition": name})
