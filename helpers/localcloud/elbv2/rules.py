"""Rules of listeners. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html"""

from __future__ import annotations

from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from . import conditions
from .actions import normalised
from .listeners import ListenerOperations
from .model import Rule
from .naming import rule_arn
from .tags import as_tags

_PAGE = 400
# "100 rules per Application Load Balancer, not counting default rules."
_MOST = 100


class RuleOperations(ListenerOperations):
    """Create, describe, modify, order and delete rules."""

    def create_rule(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""
        _refuse_transforms(request)
        found, actions = conditions.normalised(request["Conditions"]), normalised(request["Actions"])
        tags = as_tags(request.get("Tags"))
        with self._changing():
            listener = self._records.listener(scope, request["ListenerArn"])
            self._check_groups(scope, listener.load_balancer, actions)
            others = self._records.rules_of(scope, listener.arn)
            _check_priorities([each.priority for each in others] + [request["Priority"]])
            if len(others) > _MOST:
                raise ServiceError("TooManyRules", f"A load balancer has up to {_MOST} rules")
            arn = rule_arn(listener.arn)
            made = Rule(arn, listener.arn, request["Priority"], found, actions, tags)
            self._records.rules.put(scope, arn, made)
        return {"Rules": [_view(made)]}

    def describe_rules(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html"""
        if arns := request.get("RuleArns"):
            found = [self._records.rule(scope, arn) for arn in arns]
        elif listener := request.get("ListenerArn"):
            found = self._records.rules_of(scope, self._records.listener(scope, listener).arn)
        else:
            raise ServiceError("ValidationError", "You must specify either rule ARNs or a listener ARN")
        shown, marker = page(found, request.get("Marker"), request.get("PageSize", _PAGE), "ValidationError")
        return {"Rules": [_view(each) for each in shown], "NextMarker": marker}

    def modify_rule(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html"""
        _refuse_transforms(request)
        with self._changing():
            found = self._changeable(scope, request["RuleArn"])
            if given := request.get("Conditions"):
                found.conditions = conditions.normalised(given)
            if given := request.get("Actions"):
                found.actions = normalised(given)
                balancer = self._records.listener(scope, found.listener).load_balancer
                self._check_groups(scope, balancer, found.actions)
            self._records.rules.put(scope, found.arn, found)
        return {"Rules": [_view(found)]}

    def delete_rule(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html"""
        with self._changing():
            self._records.rules.delete(scope, self._changeable(scope, request["RuleArn"]).arn)
        return {}

    def set_rule_priorities(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html"""
        wanted = {pair["RuleArn"]: pair["Priority"] for pair in request["RulePriorities"]}
        with self._changing():
            found = [self._changeable(scope, arn) for arn in wanted]
            for rule in found:
                rule.priority = wanted[rule.arn]
                self._records.rules.put(scope, rule.arn, rule)
            for listener in {rule.listener for rule in found}:
                _check_priorities([each.priority for each in self._records.rules_of(scope, listener)])
        return {"Rules": [_view(each) for each in found]}

    def _changeable(self, scope: Scope, arn: str) -> Rule:
        found = self._records.rule(scope, arn)
        if found.priority is None:
            raise ServiceError(
                "OperationNotPermitted",
                f"Default rule '{arn}' cannot be modified or deleted; ModifyListener changes its actions",
            )
        return found


def _check_priorities(priorities: list[int | None]) -> None:
    given = [priority for priority in priorities if priority is not None]
    for priority in given:
        if given.count(priority) > 1:
            raise ServiceError("PriorityInUse", f"Priority '{priority}' is currently in use")


def _refuse_transforms(request: dict[str, Any]) -> None:
    if request.get("Transforms"):
        raise ServiceError("ValidationError", "The local cloud does not rewrite hosts and paths (Transforms)")


def _view(of: Rule) -> dict[str, Any]:
    return {
        "RuleArn": of.arn,
        "Priority": "default" if of.priority is None else str(of.priority),
        "Conditions": of.conditions,
        "Actions": of.actions,
        "IsDefault": of.priority is None,
    }
