"""On-premises instances: hosts of this machine, each a folder of its own.

https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-on-premises.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..paging import page
from ..scope import Scope
from ..service import Service, ServiceError
from . import names
from .model import Instance

Request = dict[str, Any]
_MOST_TAGS = 10


class InstanceOperations(Service):
    """The operations on on-premises instances."""

    def register_on_premises_instance(self, scope: Scope, request: Request) -> Request:
        name = names.checked(request["instanceName"], "Instance")
        user, session = request.get("iamUserArn", ""), request.get("iamSessionArn", "")
        if bool(user) == bool(session):
            code = "MultipleIamArnsProvidedException" if user else "IamArnRequiredException"
            raise ServiceError(code, "An instance is registered with one of iamUserArn and iamSessionArn.")
        with self.cloud.store.transaction():
            known = self._instances().get(scope, name)
            if known and not known.deregistered:
                raise ServiceError("InstanceNameAlreadyRegisteredException", f"{name} is registered already.")
            self._refuse_used(scope, user, session)
            self._instances().put(scope, name, Instance(name, user, session, self.cloud.clock.now()))
        return {}

    def deregister_on_premises_instance(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            known = self._instances().get(scope, request["instanceName"])
            if known and not known.deregistered:
                known.deregistered, known.tags = self.cloud.clock.now(), []
                self._instances().put(scope, known.name, known)
        return {}

    def get_on_premises_instance(self, scope: Scope, request: Request) -> Request:
        return {"instanceInfo": _document(scope, self._registered(scope, request["instanceName"]))}

    def batch_get_on_premises_instances(self, scope: Scope, request: Request) -> Request:
        found = [known for name in request["instanceNames"] if (known := self._instances().get(scope, name))]
        return {"instanceInfos": [_document(scope, known) for known in found]}

    def list_on_premises_instances(self, scope: Scope, request: Request) -> Request:
        gone = {"Registered": False, "Deregistered": True}.get(request.get("registrationStatus", ""))
        found = [
            known.name
            for known in self._instances().list(scope)
            if (gone is None or bool(known.deregistered) == gone) and matches(known.tags, request.get("tagFilters", []))
        ]
        shown, token = page(found, request.get("nextToken"), 100, "InvalidNextTokenException")
        return {"instanceNames": shown, "nextToken": token}

    def add_tags_to_on_premises_instances(self, scope: Scope, request: Request) -> Request:
        def added(tags: list[dict[str, str]]) -> list[dict[str, str]]:
            return list({tag["Key"]: tag for tag in (*tags, *request["tags"])}.values())

        return self._retag(scope, request, added)

    def remove_tags_from_on_premises_instances(self, scope: Scope, request: Request) -> Request:
        def left(tags: list[dict[str, str]]) -> list[dict[str, str]]:
            return [tag for tag in tags if not any(_same(tag, gone) for gone in request["tags"])]

        return self._retag(scope, request, left)

    def _retag(self, scope: Scope, request: Request, change: Any) -> Request:
        if not request["tags"]:
            raise ServiceError("TagRequiredException", "tags is empty.")
        with self.cloud.store.transaction():
            for name in request["instanceNames"]:
                known = self._registered(scope, name)
                known.tags = change(known.tags)
                if len(known.tags) > _MOST_TAGS:
                    raise ServiceError("TagLimitExceededException", f"An instance has at most {_MOST_TAGS} tags.")
                self._instances().put(scope, name, known)
        return {}

    def _registered(self, scope: Scope, name: str) -> Instance:
        known: Instance | None = self._instances().get(scope, name)
        if known is None:
            raise ServiceError("InstanceNotRegisteredException", f"{name} is not registered.")
        return known

    def _refuse_used(self, scope: Scope, user: str, session: str) -> None:
        for known in self._instances().list(scope):
            if user and known.user_arn == user and not known.deregistered:
                raise ServiceError("IamUserArnAlreadyRegisteredException", f"{known.name} is registered with {user}.")
            if session and known.session_arn == session and not known.deregistered:
                raise ServiceError(
                    "IamSessionArnAlreadyRegisteredException", f"{known.name} is registered with {session}."
                )

    def _instances(self) -> Any:
        return self.cloud.store.collection("codedeploy.instance", Instance)


def chosen_instances(instances: Iterable[Instance], settings: Mapping[str, Any]) -> list[Instance]:
    """Return those of `instances` that are registered and that the tag filters of a group (`settings`) choose."""
    filters = list(settings.get("onPremisesTagSet", {}).get("onPremisesTagSetList", []))
    if "onPremisesInstanceTagFilters" in settings:
        filters.append(settings["onPremisesInstanceTagFilters"])
    return [
        known
        for known in instances
        if filters and not known.deregistered and all(matches(known.tags, one) for one in filters)
    ]


def matches(tags: Sequence[Mapping[str, str]], filters: Sequence[Mapping[str, str]]) -> bool:
    """Return whether `tags` match any of `filters` (API shape TagFilter); no filter matches everything."""
    return not filters or any(_same(tag, one) for tag in tags for one in filters)


def _same(tag: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    kind = wanted.get("Type", "KEY_AND_VALUE")
    key = kind == "VALUE_ONLY" or tag.get("Key") == wanted.get("Key")
    value = kind == "KEY_ONLY" or tag.get("Value", "") == wanted.get("Value", "")
    return key and value


def _document(scope: Scope, known: Instance) -> Request:
    return {
        "instanceName": known.name,
        "iamUserArn": known.user_arn or None,
        "iamSessionArn": known.session_arn or None,
        "instanceArn": scope.arn("codedeploy", f"instance/{known.name}"),
        "registerTime": known.registered,
        "deregisterTime": known.deregistered,
        "tags": known.tags,
    }
