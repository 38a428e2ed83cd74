"""Clusters, task definitions and services as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ECS.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...resource import Resource
from .clusters import ClusterResource
from .definitions import TaskDefinitionResource
from .services import ServiceResource

if TYPE_CHECKING:
    from ..service import Ecs


def made_by(ecs: Ecs) -> list[Resource]:
    """Return the types that `ecs` makes."""
    return [ClusterResource(ecs), TaskDefinitionResource(ecs), ServiceResource(ecs)]
