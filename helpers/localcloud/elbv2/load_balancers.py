"""Load balancers."""

from __future__ import annotations

from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import ServiceError
from .attributes import LOAD_BALANCER_DEFAULTS
from .foundation import Foundation
from .model import LoadBalancer, Part
from .naming import check_name, load_balancer_arn
from .tags import as_tags

ADDRESS = "127.0.0.1"
# The zone of load balancers in us-east-1, in AWS's table of endpoints.
_HOSTED_ZONE = "Z35SXDOTRQ7X7K"
_PAGE = 400


class LoadBalancerOperations(Foundation):
    """Create, describe and delete load balancers."""

    def create_load_balancer(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""
        name = request["Name"]
        check_name("load balancer", name)
        _refuse_other_kinds(request)
        tags = as_tags(request.get("Tags"))
        vpc, zones = self._zones(scope, request)
        with self.cloud.store.transaction():
            if found := self._named(scope, name):
                return self._again(found, request)
            made = LoadBalancer(
                load_balancer_arn(scope, name), name, request.get("Scheme", "internet-facing"), vpc, zones,
                request.get("SecurityGroups") or [], self.cloud.clock.now(), dict(LOAD_BALANCER_DEFAULTS), tags,
            )  # fmt: skip
            self._records.load_balancers.put(scope, made.arn, made)
        return {"LoadBalancers": [view(made)]}

    def describe_load_balancers(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html"""
        found = self._asked(scope, request)
        shown, marker = page(found, request.get("Marker"), request.get("PageSize", _PAGE), "ValidationError")
        return {"LoadBalancers": [view(each) for each in shown], "NextMarker": marker}

    def delete_load_balancer(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html"""
        arn = request["LoadBalancerArn"]
        with self.cloud.store.transaction():
            found = self._records.load_balancers.get(scope, arn)
            # "If the load balancer does not exist or has already been deleted, the call succeeds."
            if found is None:
                return {}
            if found.attributes["deletion_protection.enabled"] == "true":
                raise ServiceError(
                    "OperationNotPermitted",
                    f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
                )
            for listener in self._records.listeners_of(scope, arn):
                self._records.drop_listener(scope, listener.arn)
            self._records.load_balancers.delete(scope, arn)
        self._changed()
        return {}

    def _asked(self, scope: Scope, request: dict[str, Any]) -> list[LoadBalancer]:
        if arns := request.get("LoadBalancerArns"):
            return [self._records.load_balancer(scope, arn) for arn in arns]
        if names := request.get("Names"):
            return [self._by_name(scope, name) for name in names]
        return list(self._records.load_balancers.list(scope))

    def _by_name(self, scope: Scope, name: str) -> LoadBalancer:
        found = self._named(scope, name)
        if found is None:
            raise ServiceError("LoadBalancerNotFound", f"Load balancers '[{name}]' not found")
        return found

    def _named(self, scope: Scope, name: str) -> LoadBalancer | None:
        return next((each for each in self._records.load_balancers.list(scope) if each.name == name), None)

    def _again(self, found: LoadBalancer, request: dict[str, Any]) -> dict[str, Any]:
        """The same call twice has the answer of the first; another one with the name of the first is refused."""
        if found.scheme != request.get("Scheme", "internet-facing") or found.tags != as_tags(request.get("Tags")):
            raise ServiceError(
                "DuplicateLoadBalancerName",
                f"A load balancer with the same name '{found.name}' exists, but with different settings",
            )
        return {"LoadBalancers": [view(found)]}

    def _zones(self, scope: Scope, request: dict[str, Any]) -> tuple[str, list[Part]]:
        mappings = [mapping["SubnetId"] for mapping in request.get("SubnetMappings") or ()]
        subnets = self._subnets(scope, request.get("Subnets") or mappings)
        zones = {subnet["AvailabilityZone"] for subnet in subnets}
        if len(zones) < 2:
            raise ServiceError(
                "ValidationError", "At least two subnets in two different Availability Zones must be specified"
            )
        described = [{"ZoneName": each["AvailabilityZone"], "SubnetId": each["SubnetId"]} for each in subnets]
        return subnets[0]["VpcId"], described

    def _subnets(self, scope: Scope, ids: list[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        from botocore.exceptions import ClientError

        try:
            found: list[dict[str, Any]] = self.cloud.client("ec2", scope).describe_subnets(SubnetIds=ids)["Subnets"]
        except ClientError as error:
            raise ServiceError("SubnetNotFound", error.response["Error"]["Message"]) from None
        if missing := sorted(set(ids) - {subnet["SubnetId"] for subnet in found}):
            raise ServiceError("SubnetNotFound", f"The subnet ID '{missing[0]}' does not exist")
        return found


def _refuse_other_kinds(request: dict[str, Any]) -> None:
    if request.get("Type", "application") != "application":
        raise ServiceError(
            "ValidationError",
            f"The local cloud has load balancers of type 'application' only, not '{request['Type']}'.",
        )
    if request.get("IpAddressType", "ipv4") != "ipv4":
        raise ServiceError("ValidationError", "The local cloud serves load balancers with IpAddressType 'ipv4' only.")


def view(of: LoadBalancer) -> dict[str, Any]:
    """Return the API's description of a load balancer."""
    return {
        "LoadBalancerArn": of.arn,
        "DNSName": ADDRESS,
        "CanonicalHostedZoneId": _HOSTED_ZONE,
        "CreatedTime": of.created,
        "LoadBalancerName": of.name,
        "Scheme": of.scheme,
        "VpcId": of.vpc,
        "State": {"Code": "active"},
        "Type": "application",
        "AvailabilityZones": of.zones,
        "SecurityGroups": of.security_groups,
        "IpAddressType": "ipv4",
    }
