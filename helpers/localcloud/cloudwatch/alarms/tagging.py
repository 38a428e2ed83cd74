"""Tags of alarms and mute rules; those of other resources of CloudWatch are for whoever else is in the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.cloudwatch.alarms.names import name_of

from ...scope import Scope
from ...service import ServiceError
from .base import AlarmParts
from .model import Alarm, Document, MuteRule
from .validation import check_tags

_MUTE_RULE = "alarm-mute-rule:"


class TaggingOperations(AlarmParts):
    """Alarms and mute rules by ARN."""

    def tag_resource(self, scope: Scope, request: Document) -> Document:
        if not _is_ours(request["ResourceARN"]):
            return _next(super(), "tag_resource", request)(scope, request)
        with self.cloud.store.transaction():
            tagged = self._tagged(scope, request["ResourceARN"])
            tags = tagged.tags | {tag["Key"]: tag["Value"] for tag in request["Tags"]}
            check_tags(
                [*request["Tags"], *({"Key": key} for key in tagged.tags.keys() - {t["Key"] for t in request["Tags"]})]
            )
            tagged.tags = tags
            self._keep(scope, tagged)
        return {}

    def untag_resource(self, scope: Scope, request: Document) -> Document:
        if not _is_ours(request["ResourceARN"]):
            return _next(super(), "untag_resource", request)(scope, request)
        with self.cloud.store.transaction():
            tagged = self._tagged(scope, request["ResourceARN"])
            tagged.tags = {key: value for key, value in tagged.tags.items() if key not in request["TagKeys"]}
            self._keep(scope, tagged)
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Document) -> Document:
        if not _is_ours(request["ResourceARN"]):
            return _next(super(), "list_tags_for_resource", request)(scope, request)
        tags = self._tagged(scope, request["ResourceARN"]).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tagged(self, scope: Scope, arn: str) -> Alarm | MuteRule:
        resource = arn.split(":", 5)[5]
        found: Alarm | MuteRule | None
        if resource.startswith(_MUTE_RULE):
            found = self._records.mutes.get(scope, resource.removeprefix(_MUTE_RULE))
        else:
            found = self._records.get(scope, name_of(arn))
        if found is None or found.arn != arn:
            raise _missing(arn)
        return found

    def _keep(self, scope: Scope, tagged: Alarm | MuteRule) -> None:
        if isinstance(tagged, Alarm):
            self._records.keep(scope, tagged)
        else:
            self._records.mutes.put(scope, tagged.name, tagged)


def _is_ours(arn: str) -> bool:
    parts = arn.split(":", 5)
    return len(parts) == 6 and parts[2] == "cloudwatch" and parts[5].startswith(("alarm:", _MUTE_RULE))


def _next(above: Any, operation: str, request: Document) -> Callable[[Scope, Document], Document]:
    found: Callable[[Scope, Document], Document] | None = getattr(above, operation, None)
    if found is None:
        raise _missing(request["ResourceARN"])
    return found


def _missing(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"There is no resource {arn} of CloudWatch.", status=404)
