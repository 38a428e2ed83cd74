"""Tags of groups and sampling rules. https://docs.aws.amazon.com/xray/latest/devguide/xray-tagging.html"""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from .group_model import Group
from .group_operations import GroupOperations
from .sampling import SamplingOperations
from .sampling.model import Rule

Request = dict[str, Any]
# The most tags of one resource.
MAX_TAGS = 50


class TagOperations(GroupOperations, SamplingOperations):
    """TagResource, UntagResource, ListTagsForResource."""

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        new = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
        with self.cloud.store.transaction():
            resource = self._tagged(scope, request["ResourceARN"])
            tags = resource.tags | new
            if len(tags) > MAX_TAGS:
                raise ServiceError("TooManyTagsException", f"A resource has at most {MAX_TAGS} tags, not {len(tags)}.")
            self._keep(scope, resource, tags)
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            resource = self._tagged(scope, request["ResourceARN"])
            left = {key: value for key, value in resource.tags.items() if key not in request["TagKeys"]}
            self._keep(scope, resource, left)
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        tags = self._tagged(scope, request["ResourceARN"]).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tagged(self, scope: Scope, arn: str) -> Group | Rule:
        resources: list[Group | Rule] = [*self._groups.list(scope), *self._rules.all(scope)]
        for resource in resources:
            if resource.arn == arn and not (isinstance(resource, Rule) and resource.is_default):
                return resource
        text = f"{arn} is no group and no custom sampling rule of {scope.region}."
        raise ServiceError("ResourceNotFoundException", text)

    def _keep(self, scope: Scope, resource: Group | Rule, tags: dict[str, str]) -> None:
        resource.tags = tags
        if isinstance(resource, Group):
            self._groups.put(scope, resource.name, resource)
        else:
            self._rules.stored.put(scope, resource.name, resource)
