"""Cleaners of what stands between customers and tasks: load balancers, target groups, security groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from helpers import aws
from helpers.lab.cleaners.base import Cleaner, pages, pairs

RELEASE_LIMIT = 300.0
"""Seconds after which AWS has given back the network interfaces of a load balancer and of tasks."""


class LoadBalancers(Cleaner):
    """Load balancers, with their listeners and rules."""

    kind, service = "load balancer", "elbv2"

    def names(self) -> Iterable[str]:
        return self._arns()

    def tags(self, name: str) -> dict[str, str]:
        return _tags(self.client, self._arns().get(name))

    def delete(self, name: str) -> None:
        if arn := self._arns().get(name):
            self.client.delete_load_balancer(LoadBalancerArn=arn)

    def _arns(self) -> dict[str, str]:
        found = pages(self.client, "describe_load_balancers", "LoadBalancers")
        return {each["LoadBalancerName"]: each["LoadBalancerArn"] for each in found}


class TargetGroups(Cleaner):
    """Target groups; load balancers that forward to them go first."""

    kind, service = "target group", "elbv2"

    def names(self) -> Iterable[str]:
        return self._arns()

    def tags(self, name: str) -> dict[str, str]:
        return _tags(self.client, self._arns().get(name))

    def delete(self, name: str) -> None:
        arn = self._arns().get(name)
        if arn and not self._deleted(arn):
            aws.wait(f"the target group {name} to be free", partial(self._deleted, arn), limit=RELEASE_LIMIT, every=1)

    def _deleted(self, arn: str) -> bool:
        try:
            self.client.delete_target_group(TargetGroupArn=arn)
        except self.client.exceptions.ResourceInUseException:
            return False
        return True

    def _arns(self) -> dict[str, str]:
        found = pages(self.client, "describe_target_groups", "TargetGroups")
        return {each["TargetGroupName"]: each["TargetGroupArn"] for each in found}


class SecurityGroups(Cleaner):
    """Security groups, except the one that every VPC has."""

    kind, service = "security group", "ec2"

    def names(self) -> Iterable[str]:
        return [each["GroupName"] for each in self._groups() if each["GroupName"] != "default"]

    def tags(self, name: str) -> dict[str, str]:
        return pairs(next((each.get("Tags") for each in self._groups() if each["GroupName"] == name), None))

    def delete(self, name: str) -> None:
        for group in [each["GroupId"] for each in self._groups() if each["GroupName"] == name]:
            if not self._deleted(group):
                aws.wait(f"{name} to be free", partial(self._deleted, group), limit=RELEASE_LIMIT, every=1)

    def _deleted(self, group: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self.client.delete_security_group(GroupId=group)
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "DependencyViolation":
                raise
            return False
        return True

    def _groups(self) -> list[dict[str, Any]]:
        return pages(self.client, "describe_security_groups", "SecurityGroups")


def _tags(client: Any, arn: str | None) -> dict[str, str]:
    if arn is None:
        return {}
    return pairs(client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0].get("Tags"))
