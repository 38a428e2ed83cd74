"""AWS::ElasticLoadBalancingV2::TargetGroup."""

from __future__ import annotations

from ...resource import Attributes, Properties
from ...scope import Scope
from ...template_request import changed, exact_request, refuse_existing, without
from ..attributes import TARGET_GROUP_DEFAULTS
from .foundation import Document, ElbResource, attributes_request

_ATTRIBUTES = "TargetGroupAttributes"


class TargetGroupResource(ElbResource):
    """AWS::ElasticLoadBalancingV2::TargetGroup."""

    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    name_property = "Name"
    longest_name = 32
    id_attribute = "TargetGroupArn"
    replaced_by = frozenset({
        "IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId",
    })  # fmt: skip
    tagged = True
    _check = frozenset({
        "HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckPath", "HealthCheckPort",
        "HealthCheckProtocol", "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "Matcher",
        "UnhealthyThresholdCount",
    })  # fmt: skip
    compared = _check | {"Tags"}

    def _known(self) -> frozenset[str]:
        return self.replaced_by | self._check | {_ATTRIBUTES, "Targets", "Tags"}

    def _refuse_existing(self, scope: Scope, name: str) -> None:
        everything = self._elb.describe_target_groups(scope, {})["TargetGroups"]
        refuse_existing(self.type, name, exists=any(each["TargetGroupName"] == name for each in everything))

    def _create(self, scope: Scope, name: str, properties: Properties) -> str:
        given = without(properties, _ATTRIBUTES, "Targets")
        request = exact_request("elbv2", "CreateTargetGroup", given, Name=name)
        return str(self._elb.create_target_group(scope, request)["TargetGroups"][0]["TargetGroupArn"])

    def _change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        given = {name: new[name] for name in self._check if name in new and changed(old, new, name)}
        if given:
            self._elb.modify_target_group(scope, exact_request("elbv2", "ModifyTargetGroup", given, TargetGroupArn=arn))

    def _finish(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        wishes = old.get(_ATTRIBUTES), new.get(_ATTRIBUTES)
        if changes := attributes_request("TargetGroup", arn, *wishes, TARGET_GROUP_DEFAULTS):
            self._elb.modify_target_group_attributes(scope, changes)
        before, after = old.get("Targets") or [], new.get("Targets") or []
        if gone := [target for target in before if target not in after]:
            request = exact_request("elbv2", "DeregisterTargets", {"Targets": gone}, TargetGroupArn=arn)
            self._elb.deregister_targets(scope, request)
        if added := [target for target in after if target not in before]:
            request = exact_request("elbv2", "RegisterTargets", {"Targets": added}, TargetGroupArn=arn)
            self._elb.register_targets(scope, request)

    def _delete(self, scope: Scope, arn: str) -> None:
        self._elb.delete_target_group(scope, {"TargetGroupArn": arn})

    def _found(self, scope: Scope, arn: str) -> Document:
        return dict(self._elb.describe_target_groups(scope, {"TargetGroupArns": [arn]})["TargetGroups"][0])

    def _given(self, found: Document) -> Attributes:
        return {
            "TargetGroupArn": found["TargetGroupArn"],
            "TargetGroupFullName": found["TargetGroupArn"].rpartition(":")[2],
            "TargetGroupName": found["TargetGroupName"],
            "LoadBalancerArns": found["LoadBalancerArns"],
        }
