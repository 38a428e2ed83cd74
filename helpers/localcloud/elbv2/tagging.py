"""Tags of load balancers, target groups, listeners and rules."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .foundation import Foundation
from .tags import as_tags, checked


class TagOperations(Foundation):
    """Add, remove and describe tags."""

    def add_tags(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html"""
        added = as_tags(request["Tags"])
        with self.cloud.store.transaction():
            for arn in request["ResourceArns"]:
                collection, found = self._tagged(scope, arn)
                found.tags = checked({**found.tags, **added})
                collection.put(scope, arn, found)
        return {}

    def remove_tags(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html"""
        with self.cloud.store.transaction():
            for arn in request["ResourceArns"]:
                collection, found = self._tagged(scope, arn)
                found.tags = {key: value for key, value in found.tags.items() if key not in request["TagKeys"]}
                collection.put(scope, arn, found)
        return {}

    def describe_tags(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html"""
        found = [(arn, self._tagged(scope, arn)[1].tags) for arn in request["ResourceArns"]]
        described = [
            {"ResourceArn": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
            for arn, tags in found
        ]
        return {"TagDescriptions": described}

    def _tagged(self, scope: Scope, arn: str) -> tuple[Any, Any]:
        """Return the collection of `arn` and what it holds there."""
        records = self._records
        if ":loadbalancer/" in arn:
            return records.load_balancers, records.load_balancer(scope, arn)
        if ":targetgroup/" in arn:
            return records.target_groups, records.target_group(scope, arn)
        if ":listener/" in arn:
            return records.listeners, records.listener(scope, arn)
        if ":listener-rule/" in arn:
            return records.rules, records.rule(scope, arn)
        raise ServiceError("ValidationError", f"'{arn}' is not a valid resource ARN")
