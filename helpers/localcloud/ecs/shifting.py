"""Shifts traffic between two target groups by the weights of a listener's rule, through the API of elbv2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from .service_model import ALTERNATE, PRIMARY, Document, ServiceRecord

# The largest weight that a forward action takes.
_MOST = 999


class Shifting:
    """The listener rules of services."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def shift(self, scope: Scope, service: ServiceRecord, rule: str, slots: Mapping[str, float]) -> None:
        """Give the target groups in `slots` (primary, alternate) their percentages, in the rule of the kind `rule`.

        `rule` is productionListenerRule or testListenerRule; a load balancer of the service without it is left alone.
        """
        for balancer in service.settings.get("loadBalancers", []):
            advanced: Document = balancer.get("advancedConfiguration", {})
            if advanced.get(rule):
                groups = group_of(balancer)
                self._set(scope, advanced[rule], {groups[slot]: percent for slot, percent in slots.items()})

    def _set(self, scope: Scope, rule: str, percents: Mapping[str, float]) -> None:
        client = self._cloud.client("elbv2", scope)
        listener = rule if ":listener/" in rule else None
        if listener is None:
            found = client.describe_rules(RuleArns=[rule])["Rules"][0]
            current = found["Actions"]
            # A listener's default action is a rule, too, but only ModifyListener changes it.
            listener = _listener_of(rule) if found.get("IsDefault") else None
        else:
            current = client.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"]
        actions = [_forward(current, percents)]
        if listener:
            client.modify_listener(ListenerArn=listener, DefaultActions=actions)
        else:
            client.modify_rule(RuleArn=rule, Actions=actions)


def group_of(balancer: Document) -> dict[str, str]:
    """Return the target groups of a load balancer of a service, by slot."""
    alternate = balancer.get("advancedConfiguration", {}).get("alternateTargetGroupArn", "")
    return {PRIMARY: balancer["targetGroupArn"], ALTERNATE: alternate}


def weights(percents: Mapping[str, float]) -> dict[str, int]:
    """Return whole weights in the proportion of `percents`, the largest at most 999: 0.1 and 99.9 are 1 and 999."""
    factor = 1 if all(float(percent).is_integer() for percent in percents.values()) else 10
    return {name: min(round(percent * factor), _MOST) for name, percent in percents.items()}


def _forward(current: list[dict[str, Any]], percents: Mapping[str, float]) -> dict[str, Any]:
    """Return a forward action that keeps the stickiness of the present one."""
    groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights(percents).items()]
    present: dict[str, Any] = next(
        (action.get("ForwardConfig", {}) for action in current if action["Type"] == "forward"), {}
    )
    sticky = present.get("TargetGroupStickinessConfig")
    more = {"TargetGroupStickinessConfig": sticky} if sticky else {}
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups, **more}}


def _listener_of(rule: str) -> str:
    """arn:...:listener-rule/app/name/id/listener/rule -> arn:...:listener/app/name/id/listener"""
    return rule.replace(":listener-rule/", ":listener/").rpartition("/")[0]
