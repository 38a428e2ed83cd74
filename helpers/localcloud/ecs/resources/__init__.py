"""Clusters, task definitions and services as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ECS.html
"""

from .clusters import ClusterResource
from .definitions import TaskDefinitionResource
from .services import ServiceResource

__all__ = ["ClusterResource", "ServiceResource", "TaskDefinitionResource"]
