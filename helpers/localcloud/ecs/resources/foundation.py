"""What the types of ECS share."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from ...resource import Properties, Resource
from ...scope import Scope
from ...service import ServiceError
from ...template_request import tag_changes

if TYPE_CHECKING:
    from ..service import Ecs

_GONE = ("ClusterNotFoundException", "ServiceNotFoundException", "ClientException")


class EcsResource(Resource):
    """The service, tags, and that what is gone is deleted."""

    aside = True
    importable = False
    tagged = True

    def __init__(self, ecs: Ecs) -> None:
        self._ecs = ecs

    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        try:
            self._delete(scope, name)
        except ServiceError as error:
            if error.code not in _GONE:
                raise

    @abstractmethod
    def _delete(self, scope: Scope, name: str) -> None:
        """Delete the resource; that it is gone may be an error here."""

    def _retag(self, scope: Scope, arn: str, old: Properties, new: Properties) -> None:
        gone, added = tag_changes(old, new)
        if gone:
            self._ecs.untag_resource(scope, {"resourceArn": arn, "tagKeys": gone})
        if added:
            tags = [{"key": tag["Key"], "value": tag.get("Value", "")} for tag in added]
            self._ecs.tag_resource(scope, {"resourceArn": arn, "tags": tags})

    def _tags(self, scope: Scope, arn: str) -> list[dict[str, str]]:
        found = self._ecs.list_tags_for_resource(scope, {"resourceArn": arn})["tags"]
        return [{"Key": tag["key"], "Value": tag.get("value", "")} for tag in found]
