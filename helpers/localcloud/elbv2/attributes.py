"""Attributes of load balancers, target groups and listeners.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .foundation import Foundation

LOAD_BALANCER_DEFAULTS = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "deletion_protection.enabled": "false",
    "routing.http2.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "load_balancing.cross_zone.enabled": "true",
    "waf.fail_open.enabled": "false",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "zonal_shift.config.enabled": "false",
}
TARGET_GROUP_DEFAULTS = {
    "deregistration_delay.timeout_seconds": "300",
    "stickiness.enabled": "false",
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "slow_start.duration_seconds": "0",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
LISTENER_DEFAULTS = {"routing.http.response.server.enabled": "true"}
# What can be stored, and nothing else: values that the local cloud does not act on would promise too much.
_RANGES = {
    "deregistration_delay.timeout_seconds": (0, 3600),
    "stickiness.lb_cookie.duration_seconds": (1, 604_800),
    "idle_timeout.timeout_seconds": (1, 4000),
}
_CHOICES = {
    "deletion_protection.enabled": ("true", "false"),
    "stickiness.enabled": ("true", "false"),
    "stickiness.type": ("lb_cookie",),
    "load_balancing.algorithm.type": ("round_robin", "least_outstanding_requests", "weighted_random"),
}


class AttributeOperations(Foundation):
    """Describe and modify attributes."""

    def describe_load_balancer_attributes(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html"""
        return {"Attributes": _view(self._records.load_balancer(scope, request["LoadBalancerArn"]).attributes)}

    def modify_load_balancer_attributes(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html"""
        with self.cloud.store.transaction():
            found = self._records.load_balancer(scope, request["LoadBalancerArn"])
            found.attributes = changed(found.attributes, request["Attributes"])
            self._records.load_balancers.put(scope, found.arn, found)
        self._changed()
        return {"Attributes": _view(found.attributes)}

    def describe_target_group_attributes(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html"""
        return {"Attributes": _view(self._records.target_group(scope, request["TargetGroupArn"]).attributes)}

    def modify_target_group_attributes(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html"""
        with self.cloud.store.transaction():
            found = self._records.target_group(scope, request["TargetGroupArn"])
            found.attributes = changed(found.attributes, request["Attributes"])
            self._records.target_groups.put(scope, found.arn, found)
        self._changed()
        return {"Attributes": _view(found.attributes)}

    def describe_listener_attributes(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerAttributes.html"""
        return {"Attributes": _view(self._records.listener(scope, request["ListenerArn"]).attributes)}


def changed(before: Mapping[str, str], given: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the attributes with `given` changes. Raises ValidationError for a key or value that makes no sense."""
    after = dict(before)
    for attribute in given:
        key, value = attribute.get("Key", ""), attribute.get("Value", "")
        if key not in before:
            raise ServiceError("ValidationError", f"Attribute key '{key}' is not recognized")
        _check(key, value, before[key])
        after[key] = value
    return after


def _check(key: str, value: str, before: str) -> None:
    if key in _RANGES:
        least, most = _RANGES[key]
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ServiceError(
                "ValidationError", f"'{key}' must be a whole number from {least} to {most}, not '{value}'"
            )
    elif key in _CHOICES and value not in _CHOICES[key]:
        choices = ", ".join(_CHOICES[key])
        raise ServiceError("ValidationError", f"'{key}' of the local cloud is one of {choices}; '{value}' is not")
    elif key not in _CHOICES and value != before:
        raise ServiceError(
            "InvalidConfigurationRequest",
            f"The local cloud does not act on '{key}': it stays '{before}', the default. docs/fidelity.md has more.",
        )


def _view(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in attributes.items()]
