"""AWS::ElasticLoadBalancingV2::LoadBalancer."""

from __future__ import annotations

from ...resource import Attributes, Properties
from ...scope import Scope
from ...service import ServiceError
from ...template_request import changed, exact_request, refuse_existing, without
from ..attributes import LOAD_BALANCER_DEFAULTS
from .foundation import Document, ElbResource, attributes_request

_ATTRIBUTES = "LoadBalancerAttributes"


class LoadBalancerResource(ElbResource):
    """AWS::ElasticLoadBalancingV2::LoadBalancer."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    name_property = "Name"
    longest_name = 32
    id_attribute = "LoadBalancerArn"
    replaced_by = frozenset({"Name", "Scheme", "Type"})
    compared = frozenset({"Scheme", "SecurityGroups", "Tags"})
    tagged = True
    # The local cloud has no SetSubnets and no SetSecurityGroups: such a change is refused.
    _fixed = ("IpAddressType", "SecurityGroups", "SubnetMappings", "Subnets")

    def _known(self) -> frozenset[str]:
        return self.replaced_by | {*self._fixed, _ATTRIBUTES, "Tags"}

    def _refuse_existing(self, scope: Scope, name: str) -> None:
        everything = self._elb.describe_load_balancers(scope, {})["LoadBalancers"]
        refuse_existing(self.type, name, exists=any(each["LoadBalancerName"] == name for each in everything))

    def _create(self, scope: Scope, name: str, properties: Properties) -> str:
        given = without(properties, _ATTRIBUTES)
        request = exact_request("elbv2", "CreateLoadBalancer", given, Name=name)
        return str(self._elb.create_load_balancer(scope, request)["LoadBalancers"][0]["LoadBalancerArn"])

    def _change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        if others := [name for name in self._fixed if changed(old, new, name)]:
            raise ServiceError("ValidationError", f"The local cloud cannot change {', '.join(others)} of {self.type}.")

    def _finish(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        wishes = old.get(_ATTRIBUTES), new.get(_ATTRIBUTES)
        if request := attributes_request("LoadBalancer", arn, *wishes, LOAD_BALANCER_DEFAULTS):
            self._elb.modify_load_balancer_attributes(scope, request)

    def _delete(self, scope: Scope, arn: str) -> None:
        self._elb.delete_load_balancer(scope, {"LoadBalancerArn": arn})

    def _found(self, scope: Scope, arn: str) -> Document:
        return dict(self._elb.describe_load_balancers(scope, {"LoadBalancerArns": [arn]})["LoadBalancers"][0])

    def _given(self, found: Document) -> Attributes:
        return {
            "LoadBalancerArn": found["LoadBalancerArn"],
            "LoadBalancerFullName": found["LoadBalancerArn"].partition("loadbalancer/")[2],
            "LoadBalancerName": found["LoadBalancerName"],
            "DNSName": found["DNSName"],
            "CanonicalHostedZoneID": found["CanonicalHostedZoneId"],
            "SecurityGroups": found["SecurityGroups"],
        }
