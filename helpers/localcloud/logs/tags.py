"""Tags of log groups, by ARN and (as long ago) by name."""

from __future__ import annotations

from ..scope import Scope
from ..service import ServiceError
from .foundation import LogsFoundation, Request
from .names import group_arn, group_of

MAX_TAGS = 50


def check_tags(tags: dict[str, str], code: str) -> None:
    """Raise ServiceError for tags that no log group can have; too many are refused with `code`."""
    if len(tags) > MAX_TAGS:
        raise ServiceError(code, f"A log group has at most {MAX_TAGS} tags; these would be {len(tags)}.")
    for key in tags:
        if key.lower().startswith("aws:"):
            raise ServiceError("InvalidParameterException", f"The tag key {key} is AWS's own: it starts with aws:")


class TagOperations(LogsFoundation):
    """Operations on tags."""

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        self._tag(scope, self._named(scope, request), request["tags"], "TooManyTagsException")
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        self._untag(scope, self._named(scope, request), request["tagKeys"])
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        return {"tags": self._group(scope, self._named(scope, request)).tags}

    def tag_log_group(self, scope: Scope, request: Request) -> Request:
        self._tag(scope, request["logGroupName"], request["tags"], "InvalidParameterException")
        return {}

    def untag_log_group(self, scope: Scope, request: Request) -> Request:
        self._untag(scope, request["logGroupName"], request["tags"])
        return {}

    def list_tags_log_group(self, scope: Scope, request: Request) -> Request:
        return {"tags": self._group(scope, request["logGroupName"]).tags}

    def _named(self, scope: Scope, request: Request) -> str:
        arn = request["resourceArn"]
        if not arn.startswith("arn:"):
            raise ServiceError(
                "InvalidParameterException", f"{arn} is no ARN; expected one like {group_arn(scope, 'name')}"
            )
        return group_of(scope, arn)

    def _tag(self, scope: Scope, name: str, tags: dict[str, str], too_many: str) -> None:
        with self.cloud.store.transaction():
            group = self._group(scope, name)
            group.tags |= tags
            check_tags(group.tags, too_many)
            self._groups.put(scope, name, group)

    def _untag(self, scope: Scope, name: str, keys: list[str]) -> None:
        with self.cloud.store.transaction():
            group = self._group(scope, name)
            group.tags = {key: value for key, value in group.tags.items() if key not in keys}
            self._groups.put(scope, name, group)
