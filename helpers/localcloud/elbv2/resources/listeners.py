"""AWS::ElasticLoadBalancingV2::Listener and ListenerRule."""

from __future__ import annotations

from ...resource import Attributes, Properties
from ...scope import Scope
from ...template_request import changed, exact_request
from .foundation import Document, ElbResource


class ListenerResource(ElbResource):
    """AWS::ElasticLoadBalancingV2::Listener."""

    type = "AWS::ElasticLoadBalancingV2::Listener"
    name_property = "ListenerArn"
    unique_name = False
    id_attribute = "ListenerArn"
    replaced_by = frozenset({"LoadBalancerArn"})
    compared = frozenset({"Tags"})
    tagged = True
    _changeable = frozenset({"Certificates", "DefaultActions", "Port", "Protocol"})

    def _known(self) -> frozenset[str]:
        return self.replaced_by | self._changeable | {"Tags"}

    def _create(self, scope: Scope, name: str, properties: Properties) -> str:
        request = exact_request("elbv2", "CreateListener", properties)
        return str(self._elb.create_listener(scope, request)["Listeners"][0]["ListenerArn"])

    def _change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        given = {name: new[name] for name in self._changeable if name in new and changed(old, new, name)}
        if given:
            self._elb.modify_listener(scope, exact_request("elbv2", "ModifyListener", given, ListenerArn=arn))

    def _delete(self, scope: Scope, arn: str) -> None:
        self._elb.delete_listener(scope, {"ListenerArn": arn})

    def _found(self, scope: Scope, arn: str) -> Document:
        return dict(self._elb.describe_listeners(scope, {"ListenerArns": [arn]})["Listeners"][0])

    def _given(self, found: Document) -> Attributes:
        return {"ListenerArn": found["ListenerArn"]}


class ListenerRuleResource(ElbResource):
    """AWS::ElasticLoadBalancingV2::ListenerRule."""

    type = "AWS::ElasticLoadBalancingV2::ListenerRule"
    name_property = "RuleArn"
    unique_name = False
    id_attribute = "RuleArn"
    replaced_by = frozenset({"ListenerArn"})
    _changeable = frozenset({"Actions", "Conditions"})

    def _known(self) -> frozenset[str]:
        return self.replaced_by | self._changeable | {"Priority"}

    def _create(self, scope: Scope, name: str, properties: Properties) -> str:
        request = exact_request("elbv2", "CreateRule", properties)
        return str(self._elb.create_rule(scope, request)["Rules"][0]["RuleArn"])

    def _change(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        if changed(old, new, "Priority"):
            pair = {"RuleArn": arn, "Priority": new.get("Priority")}
            request = exact_request("elbv2", "SetRulePriorities", {"RulePriorities": [pair]})
            self._elb.set_rule_priorities(scope, request)
        given = {name: new[name] for name in self._changeable if name in new and changed(old, new, name)}
        if given:
            self._elb.modify_rule(scope, exact_request("elbv2", "ModifyRule", given, RuleArn=arn))

    def _delete(self, scope: Scope, arn: str) -> None:
        self._elb.delete_rule(scope, {"RuleArn": arn})

    def _found(self, scope: Scope, arn: str) -> Document:
        return dict(self._elb.describe_rules(scope, {"RuleArns": [arn]})["Rules"][0])

    def _given(self, found: Document) -> Attributes:
        return {"RuleArn": found["RuleArn"], "IsDefault": found["IsDefault"]}
