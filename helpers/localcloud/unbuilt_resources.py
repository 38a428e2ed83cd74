"""CloudFormation types around our services that nobody has built: refused in a sentence, never made up."""

from __future__ import annotations

from typing import Any

from .resource import Attributes, Properties, Resource
from .scope import Scope
from .service import ServiceError

_HINTS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "Set DesiredCount of the service.",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "Set DesiredCount of the service.",
    "AWS::CodeBuild::Fleet": "Builds run as processes of this machine.",
    "AWS::CodeBuild::ReportGroup": "Builds keep no reports.",
    "AWS::CodeBuild::SourceCredential": "Sources are in CodeCommit or S3.",
    "AWS::CodeConnections::Connection": "Sources are in CodeCommit or S3.",
    "AWS::CodePipeline::CustomActionType": "An action of AWS Lambda can do what a custom one would.",
    "AWS::CodePipeline::Webhook": "A source in CodeCommit or S3 starts the pipeline by itself.",
    "AWS::CodeStarConnections::Connection": "Sources are in CodeCommit or S3.",
    "AWS::ECS::CapacityProvider": "There are FARGATE and FARGATE_SPOT.",
    "AWS::ECS::ClusterCapacityProviderAssociations": "Set CapacityProviders of the cluster.",
    "AWS::ECS::PrimaryTaskSet": "CodeDeploy changes the task sets of a service.",
    "AWS::ECS::TaskSet": "CodeDeploy changes the task sets of a service.",
    "AWS::ElasticLoadBalancing::LoadBalancer": "There are load balancers of type application.",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": "Listeners speak HTTP.",
    "AWS::ElasticLoadBalancingV2::TrustStore": "Listeners speak HTTP.",
    "AWS::ElasticLoadBalancingV2::TrustStoreRevocation": "Listeners speak HTTP.",
}


def unbuilt() -> list[Resource]:
    """Return the types that are refused."""
    return [_Unbuilt(type_, hint) for type_, hint in _HINTS.items()]


class _Unbuilt(Resource):
    """A type of which no resource can be made."""

    name_property = ""
    importable = False

    def __init__(self, type_: str, hint: str) -> None:
        self.type = type_  # type: ignore[misc]
        self._hint = hint

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        raise ServiceError("UnsupportedResource", f"The local cloud does not make {self.type}. {self._hint}")

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        return self.create(scope, name, new)

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        """There is none to delete."""

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        return None
