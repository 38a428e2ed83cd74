"""Target groups and their health checks.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .attributes import TARGET_GROUP_DEFAULTS
from .foundation import Foundation
from .health.matcher import codes_in
from .model import HealthCheck, TargetGroup
from .naming import check_name, target_group_arn
from .tags import as_tags

_PAGE = 400
_PORT = re.compile(r"traffic-port|[1-9][0-9]{0,4}")
_CHECK_MEMBERS = {
    "HealthCheckPort": "port",
    "HealthCheckPath": "path",
    "HealthCheckIntervalSeconds": "interval",
    "HealthCheckTimeoutSeconds": "timeout",
    "HealthyThresholdCount": "healthy",
    "UnhealthyThresholdCount": "unhealthy",
}


class TargetGroupOperations(Foundation):
    """Create, describe, modify and delete target groups."""

    def create_target_group(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""
        name = request["Name"]
        check_name("target group", name)
        _refuse_other_kinds(request)
        for needed in ("Port", "VpcId"):
            if request.get(needed) is None:
                what = {"Port": "A port", "VpcId": "A VPC ID"}[needed]
                raise ServiceError("ValidationError", f"{what} must be specified")
        check = _check_of(HealthCheck(), request)
        tags = as_tags(request.get("Tags"))
        with self.cloud.store.transaction():
            found = next((each for each in self._records.target_groups.list(scope) if each.name == name), None)
            if found is None:
                arn = target_group_arn(scope, name)
                defaults = dict(TARGET_GROUP_DEFAULTS)
                found = TargetGroup(arn, name, request["Port"], request["VpcId"], check, defaults, tags)
                self._records.target_groups.put(scope, arn, found)
            elif (found.port, found.vpc, found.check) != (request["Port"], request["VpcId"], check):
                raise ServiceError(
                    "DuplicateTargetGroupName",
                    f"A target group with the same name '{name}' exists, but with different settings",
                )
        return {"TargetGroups": [self._view(scope, found)]}

    def describe_target_groups(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html"""
        found = self._groups_asked(scope, request)
        shown, marker = page(found, request.get("Marker"), request.get("PageSize", _PAGE), "ValidationError")
        return {"TargetGroups": [self._view(scope, each) for each in shown], "NextMarker": marker}

    def modify_target_group(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html"""
        with self.cloud.store.transaction():
            found = self._records.target_group(scope, request["TargetGroupArn"])
            found.check = _check_of(found.check, request)
            self._records.target_groups.put(scope, found.arn, found)
        self._checker.ring()
        return {"TargetGroups": [self._view(scope, found)]}

    def delete_target_group(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html"""
        arn = request["TargetGroupArn"]
        with self.cloud.store.transaction():
            if self._records.target_groups.get(scope, arn) is None:
                return {}
            if arn in self._records.used_by(scope):
                raise ServiceError("ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule")
            for target in self._records.targets_of(scope, arn):
                self._records.targets.delete(scope, target.key)
            self._records.target_groups.delete(scope, arn)
        self._changed()
        return {}

    def _groups_asked(self, scope: Scope, request: dict[str, Any]) -> list[TargetGroup]:
        if arns := request.get("TargetGroupArns"):
            return [self._records.target_group(scope, arn) for arn in arns]
        everything = self._records.target_groups.list(scope)
        if names := request.get("Names"):
            if missing := set(names) - {each.name for each in everything}:
                raise ServiceError("TargetGroupNotFound", f"One or more target groups not found: {sorted(missing)}")
            return [each for each in everything if each.name in names]
        if balancer := request.get("LoadBalancerArn"):
            self._records.load_balancer(scope, balancer)
            used = self._records.used_by(scope)
            return [each for each in everything if balancer in used.get(each.arn, ())]
        return list(everything)

    def _view(self, scope: Scope, of: TargetGroup) -> dict[str, Any]:
        members = {name: getattr(of.check, field) for name, field in _CHECK_MEMBERS.items()}
        return {
            "TargetGroupArn": of.arn,
            "TargetGroupName": of.name,
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Port": of.port,
            "VpcId": of.vpc,
            "HealthCheckProtocol": "HTTP",
            "HealthCheckEnabled": True,
            **members,
            "Matcher": {"HttpCode": of.check.codes},
            "LoadBalancerArns": sorted(self._records.used_by(scope).get(of.arn, ())),
            "TargetType": "ip",
            "IpAddressType": "ipv4",
        }


def _refuse_other_kinds(request: dict[str, Any]) -> None:
    kind = request.get("TargetType", "instance")
    if kind != "ip":
        raise ServiceError(
            "ValidationError",
            f"The local cloud has target groups with TargetType 'ip' only, not '{kind}': register the address and"
            " port on which a task or process listens.",
        )
    only = {"Protocol": ("HTTP",), "ProtocolVersion": ("HTTP1",), "HealthCheckProtocol": ("HTTP",)}
    for member, known in only.items():
        if request.get(member, known[0]) not in known:
            raise ServiceError(
                "ValidationError", f"The local cloud serves {member} '{known[0]}' only, not '{request[member]}'."
            )
    if request.get("Protocol") is None:
        raise ServiceError("ValidationError", "A protocol must be specified")


def _check_of(before: HealthCheck, request: dict[str, Any]) -> HealthCheck:
    given = {field: request[name] for name, field in _CHECK_MEMBERS.items() if request.get(name) is not None}
    codes = (request.get("Matcher") or {}).get("HttpCode", before.codes)
    after = replace(before, **given, codes=codes)
    if request.get("HealthCheckEnabled") is False:
        raise ServiceError("ValidationError", "Health check enabled must be true with target type 'ip'")
    if not _PORT.fullmatch(after.port) or (after.port.isdigit() and int(after.port) > 65535):
        raise ServiceError("ValidationError", f"Health check port '{after.port}' must be 'traffic-port' or a port")
    if not after.path.startswith("/") or any(ord(letter) <= 32 or ord(letter) > 126 for letter in after.path):
        raise ServiceError("ValidationError", f"Health check path '{after.path}' must begin with a '/' character")
    if after.timeout >= after.interval:
        raise ServiceError(
            "ValidationError",
            f"Health check timeout '{after.timeout}' must be smaller than the interval '{after.interval}'",
        )
    codes_in(after.codes)
    return after
