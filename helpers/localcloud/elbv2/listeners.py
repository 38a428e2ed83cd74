"""Listeners. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html"""

from __future__ import annotations

from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .actions import normalised
from .attributes import LISTENER_DEFAULTS
from .foundation import Foundation
from .model import Listener, Part, Rule
from .naming import listener_arn, rule_arn
from .records import groups_in
from .tags import as_tags

_PAGE = 400


class ListenerOperations(Foundation):
    """Create, describe, modify and delete listeners."""

    def create_listener(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"""
        _refuse_other_protocols(request)
        if request.get("Protocol") is None or request.get("Port") is None:
            raise ServiceError("ValidationError", "A listener protocol and port must be specified")
        actions, tags = normalised(request["DefaultActions"]), as_tags(request.get("Tags"))
        with self._changing():
            balancer = self._records.load_balancer(scope, request["LoadBalancerArn"]).arn
            self._check_groups(scope, balancer, actions)
            self._check_port(scope, balancer, request["Port"])
            port = self._traffic.choose_port(request["Port"])
            arn = listener_arn(balancer)
            made = Listener(arn, balancer, port, request["Port"], dict(LISTENER_DEFAULTS), tags)
            self._records.listeners.put(scope, arn, made)
            default = rule_arn(arn)
            self._records.rules.put(scope, default, Rule(default, arn, None, [], actions))
        return {"Listeners": [self._listener(scope, made)]}

    def describe_listeners(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html"""
        if arns := request.get("ListenerArns"):
            found = [self._records.listener(scope, arn) for arn in arns]
        elif balancer := request.get("LoadBalancerArn"):
            found = self._records.listeners_of(scope, self._records.load_balancer(scope, balancer).arn)
        else:
            raise ServiceError("ValidationError", "You must specify either listener ARNs or a load balancer ARN")
        shown, marker = page(found, request.get("Marker"), request.get("PageSize", _PAGE), "ValidationError")
        return {"Listeners": [self._listener(scope, each) for each in shown], "NextMarker": marker}

    def modify_listener(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html"""
        _refuse_other_protocols(request)
        with self._changing():
            found = self._records.listener(scope, request["ListenerArn"])
            port = request.get("Port")
            if port is not None and port not in (found.port, found.requested):
                self._check_port(scope, found.load_balancer, port)
                found.requested, found.port = port, self._traffic.choose_port(port)
                self._records.listeners.put(scope, found.arn, found)
            if given := request.get("DefaultActions"):
                actions = normalised(given)
                self._check_groups(scope, found.load_balancer, actions)
                default = self._records.rules_of(scope, found.arn)[-1]
                default.actions = actions
                self._records.rules.put(scope, default.arn, default)
        return {"Listeners": [self._listener(scope, found)]}

    def delete_listener(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html"""
        with self._changing():
            self._records.drop_listener(scope, self._records.listener(scope, request["ListenerArn"]).arn)
        return {}

    def _check_port(self, scope: Scope, balancer: str, port: int) -> None:
        if any(port in (each.requested, each.port) for each in self._records.listeners_of(scope, balancer)):
            raise ServiceError("DuplicateListener", f"A listener already exists on this port for '{balancer}'")

    def _check_groups(self, scope: Scope, balancer: str, actions: list[Part]) -> None:
        """A target group is there, and used by one load balancer."""
        used = self._records.used_by(scope)
        for arn in groups_in(actions):
            self._records.target_group(scope, arn)
            if others := used.get(arn, set()) - {balancer}:
                raise ServiceError(
                    "TargetGroupAssociationLimit",
                    f"The target group '{arn}' cannot be associated with more than one load balancer; it is with"
                    f" '{sorted(others)[0]}'",
                )

    def _listener(self, scope: Scope, of: Listener) -> dict[str, Any]:
        rules = self._records.rules_of(scope, of.arn)
        return {
            "ListenerArn": of.arn,
            "LoadBalancerArn": of.load_balancer,
            "Port": of.port,
            "Protocol": "HTTP",
            "DefaultActions": rules[-1].actions if rules else [],
        }


def _refuse_other_protocols(request: dict[str, Any]) -> None:
    if request.get("Protocol", "HTTP") != "HTTP" or request.get("Certificates"):
        raise ServiceError(
            "UnsupportedProtocol",
            "Listeners of the local cloud speak HTTP, without certificates, on 127.0.0.1.",
        )
