"""Applications, deployment configurations and deployment groups as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CodeDeploy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..resource import Attributes, Properties, Resource, UpdatePolicy
from ..scope import Scope
from ..service import ServiceError
from ..template_request import changed, exact_request, refuse_others, tag_changes
from .alias_updates import AliasUpdatePolicy

if TYPE_CHECKING:
    from .service import CodeDeploy


def made_by(codedeploy: CodeDeploy) -> list[Resource | UpdatePolicy]:
    """Return the types that `codedeploy` makes, and the aliases that it moves."""
    return [
        ApplicationResource(codedeploy),
        DeploymentConfigResource(codedeploy),
        DeploymentGroupResource(codedeploy),
        AliasUpdatePolicy(codedeploy),
    ]


class CodeDeployResource(Resource):
    """What the types share: the service and its tags."""

    aside = True
    importable = False
    longest_name = 100

    def __init__(self, codedeploy: CodeDeploy) -> None:
        self._codedeploy = codedeploy

    def _retag(self, scope: Scope, resource: str, old: Properties, new: Properties) -> None:
        arn = scope.arn("codedeploy", resource)
        gone, added = tag_changes(old, new)
        if gone:
            self._codedeploy.untag_resource(scope, {"ResourceArn": arn, "TagKeys": gone})
        if added:
            self._codedeploy.tag_resource(scope, {"ResourceArn": arn, "Tags": added})

    def _tags(self, scope: Scope, resource: str) -> list[dict[str, str]]:
        asked = {"ResourceArn": scope.arn("codedeploy", resource)}
        return list(self._codedeploy.list_tags_for_resource(scope, asked)["Tags"])


class ApplicationResource(CodeDeployResource):
    """AWS::CodeDeploy::Application."""

    type = "AWS::CodeDeploy::Application"
    name_property = "ApplicationName"
    replaced_by = frozenset({"ApplicationName", "ComputePlatform"})
    compared = frozenset({"ComputePlatform", "Tags"})
    tagged = True

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = exact_request("codedeploy", "CreateApplication", properties, applicationName=name)
        self._codedeploy.create_application(scope, request)
        return {}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, (*self.replaced_by, "Tags"))
        self._retag(scope, f"application:{name}", old, new)
        return {}

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._codedeploy.delete_application(scope, {"applicationName": name})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        try:
            found = self._codedeploy.application(scope, name)
        except ServiceError:
            return None
        return {"ComputePlatform": found.platform, "Tags": self._tags(scope, f"application:{name}")}


class DeploymentConfigResource(CodeDeployResource):
    """AWS::CodeDeploy::DeploymentConfig: it never changes, so an update makes another."""

    type = "AWS::CodeDeploy::DeploymentConfig"
    name_property = "DeploymentConfigName"
    replaced_by = frozenset({
        "ComputePlatform", "DeploymentConfigName", "MinimumHealthyHosts", "TrafficRoutingConfig", "ZonalConfig",
    })  # fmt: skip

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        request = exact_request("codedeploy", "CreateDeploymentConfig", properties, deploymentConfigName=name)
        self._codedeploy.create_deployment_config(scope, request)
        return {}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        return {}

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        self._codedeploy.delete_deployment_config(scope, {"deploymentConfigName": name})

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        try:
            self._codedeploy.config(scope, name)
        except ServiceError:
            return None
        return {"DeploymentConfigName": name}


# A setting that the template no longer has is what a new group would have: nothing.
_NOTHING: dict[str, Any] = {
    "AlarmConfiguration": {},
    "AutoRollbackConfiguration": {},
    "BlueGreenDeploymentConfiguration": {},
    "ECSServices": [],
    "LoadBalancerInfo": {},
    "OnPremisesInstanceTagFilters": [],
    "OnPremisesTagSet": {},
}
_CHANGEABLE = frozenset({
    *_NOTHING, "AutoScalingGroups", "DeploymentConfigName", "DeploymentStyle", "Ec2TagFilters", "Ec2TagSet",
    "OutdatedInstancesStrategy", "ServiceRoleArn", "TriggerConfigurations",
})  # fmt: skip


class DeploymentGroupResource(CodeDeployResource):
    """AWS::CodeDeploy::DeploymentGroup. A group without a name in the template takes another one when it moves."""

    type = "AWS::CodeDeploy::DeploymentGroup"
    name_property = "DeploymentGroupName"
    replaced_by = frozenset({"ApplicationName", "DeploymentGroupName"})
    # The same name is free in another application.
    unique_name = False
    compared = frozenset({"DeploymentConfigName", "ServiceRoleArn", "Tags"})
    tagged = True

    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        refuse_others(self.type, properties, _CHANGEABLE | self.replaced_by | {"Tags"})
        given = _as_api(properties)
        request = exact_request("codedeploy", "CreateDeploymentGroup", given, deploymentGroupName=name)
        self._codedeploy.create_deployment_group(scope, request)
        return {}

    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        refuse_others(self.type, new, _CHANGEABLE | self.replaced_by | {"Tags"})
        given = {
            each: new.get(each, _NOTHING.get(each))
            for each in _CHANGEABLE
            if changed(old, new, each) and (each in new or each in _NOTHING)
        }
        application = new["ApplicationName"]
        if given:
            request = exact_request(
                "codedeploy", "UpdateDeploymentGroup", _as_api(given),
                applicationName=application, currentDeploymentGroupName=name,
            )  # fmt: skip
            self._codedeploy.update_deployment_group(scope, request)
        self._retag(scope, f"deploymentgroup:{application}/{name}", old, new)
        return {}

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        asked = {"applicationName": properties["ApplicationName"], "deploymentGroupName": name}
        self._codedeploy.delete_deployment_group(scope, asked)

    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        application = properties["ApplicationName"]
        try:
            found = self._codedeploy.group(scope, application, name)
        except ServiceError:
            return None
        return {
            "DeploymentConfigName": found.config,
            "ServiceRoleArn": found.role,
            "Tags": self._tags(scope, f"deploymentgroup:{application}/{name}"),
        }


def _as_api(properties: Properties) -> dict[str, Any]:
    """A template names the lists of tag filters where the API just nests them."""
    if "OnPremisesTagSet" not in properties:
        return dict(properties)
    groups = properties["OnPremisesTagSet"].get("OnPremisesTagSetList", [])
    return {**properties, "OnPremisesTagSet": {"onPremisesTagSetList": [each["OnPremisesTagGroup"] for each in groups]}}
