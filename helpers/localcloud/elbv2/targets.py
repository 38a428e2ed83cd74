"""Registration of targets and their health.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html
"""

from __future__ import annotations

import ipaddress
from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .foundation import Foundation
from .health import state
from .model import Part, Target, TargetGroup

_MOST = 1000


class TargetOperations(Foundation):
    """Register, deregister and describe targets."""

    def register_targets(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html"""
        with self.cloud.store.transaction():
            group = self._records.target_group(scope, request["TargetGroupArn"])
            used = group.arn in self._records.used_by(scope)
            for given in request["Targets"]:
                self._register(scope, _target(group, given), used)
            if len(self._records.targets_of(scope, group.arn)) > _MOST:
                raise ServiceError("TooManyTargets", f"A target group has up to {_MOST} targets.")
        self._checker.ring()
        return {}

    def deregister_targets(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html"""
        with self.cloud.store.transaction():
            group = self._records.target_group(scope, request["TargetGroupArn"])
            for given in request["Targets"]:
                self._deregister(scope, group, _target(group, given))
        self._changed()
        return {}

    def describe_target_health(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html"""
        group = self._records.target_group(scope, request["TargetGroupArn"])
        with self._traffic.lock:
            used = group.arn in self._records.used_by(scope)
            registered = {target.key: target for target in self._records.targets_of(scope, group.arn)}
        if given := request.get("Targets"):
            asked = [_target(group, each) for each in given]
            found = [registered.get(each.key, each) for each in asked]
        else:
            found = list(registered.values())
        return {"TargetHealthDescriptions": [_view(group, each, each.key in registered, used) for each in found]}

    def _register(self, scope: Scope, target: Target, used: bool) -> None:
        before = self._records.targets.get(scope, target.key)
        if before is None or before.state == state.DRAINING:
            first = state.FIRST if used else state.NOT_IN_USE
            target.state, target.reason, target.description = first.state, first.reason, first.description
            self._records.targets.put(scope, target.key, target)

    def _deregister(self, scope: Scope, group: TargetGroup, given: Target) -> None:
        found = self._records.targets.get(scope, given.key)
        if found is None or found.state == state.DRAINING:
            return
        delay = int(group.attributes["deregistration_delay.timeout_seconds"])
        # Nothing is in flight to a target that no rule names.
        if group.arn not in self._records.used_by(scope) or delay == 0:
            self._records.targets.delete(scope, found.key)
            return
        leaving = state.LEAVING
        found.state, found.reason, found.description = leaving.state, leaving.reason, leaving.description
        found.until = self.cloud.clock.now().timestamp() + delay / self.cloud.clock.time_scale
        self._records.targets.put(scope, found.key, found)


def _target(group: TargetGroup, given: Part) -> Target:
    host = given["Id"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ServiceError("ValidationError", f"The IP address '{host}' is not a valid IPv4 address") from None
    if address.version != 4 or not address.is_loopback:
        raise ServiceError(
            "InvalidTarget",
            f"The IP address '{host}' is not in the network of the local cloud: its targets listen on 127.0.0.1.",
        )
    port = given.get("Port", group.port)
    return Target(group.arn, str(address), port, state.UNUSED)


def _view(group: TargetGroup, target: Target, registered: bool, used: bool) -> dict[str, Any]:
    health = state.Health(target.state, target.reason, target.description)
    if not registered:
        health = state.NOT_REGISTERED
    elif not used and health.state != state.DRAINING:
        health = state.NOT_IN_USE
    elif health.state == state.UNUSED:
        health = state.FIRST
    port = str(target.port) if group.check.port == "traffic-port" else group.check.port
    return {
        "Target": {"Id": target.host, "Port": target.port},
        "HealthCheckPort": port,
        "TargetHealth": {"State": health.state, "Reason": health.reason, "Description": health.description},
    }
