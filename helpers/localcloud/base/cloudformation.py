"""Lets the base's CloudFormation make resources of our services, through its tables of types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..resource import Attributes, Properties, Resource
from ..scope import Scope
from ..service import ServiceError


def register(resource: Resource) -> None:
    """Have `resource` made, changed, deleted, imported and compared by us."""
    from ministack.services.cloudformation import changesets, drift, provisioners

    handlers = _Handlers(resource)
    provisioners._RESOURCE_HANDLERS[resource.type] = {
        "create": handlers.create,
        "update": handlers.update,
        "update_with_logical_id": True,
        "delete": handlers.delete,
        "import": handlers.adopt,
    }
    if resource.type in changesets._IMPORT_LOOKUPS:
        changesets._IMPORT_LOOKUPS[resource.type] = ((resource.name_property,), handlers.import_problem)
    if resource.compared:
        drift._DRIFT_READERS[resource.type] = (handlers.read, resource.compared)


class _Handlers:
    """The functions that the base calls for one type, in the scope of the stack."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        name = self._name(logical_id, properties, stack)
        return name, self._refusing(self._resource.create, name, _without_stack_tags(properties))

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> tuple[str, Attributes]:
        from ministack.services.cloudformation.provisioners import _rename_replacement

        name = self._name(logical_id or physical_id, new, stack)
        present = physical_id if self.read(physical_id, new) is not None else None
        replaced: tuple[str, Attributes] | None = _rename_replacement(
            physical_id, old, new, stack, logical_id, name, present, self.create, self.delete
        )
        return replaced or (
            name,
            self._refusing(self._resource.update, name, _without_stack_tags(old), _without_stack_tags(new)),
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._refusing(self._resource.delete, physical_id, properties)

    def read(self, physical_id: str, properties: Properties) -> dict[str, Any] | None:
        return self._resource.read(_scope(), physical_id, properties)

    def adopt(self, identifier: dict[str, str]) -> tuple[str, Attributes]:
        name = identifier[self._resource.name_property]
        properties = self._resource.read(_scope(), name, {}) or {}
        return name, self._refusing(self._resource.update, name, properties, properties)

    def import_problem(self, name: str) -> str | None:
        from ministack.services.cloudformation.changesets import _IMPORT_NOT_FOUND

        if self._resource.read(_scope(), name, {}) is not None:
            return None
        key = json.dumps({f"/properties/{self._resource.name_property}": name}, separators=(",", ":"))
        return str(_IMPORT_NOT_FOUND.format(type=self._resource.type, value=key))

    def _name(self, logical_id: str, properties: Properties, stack: str) -> str:
        from ministack.services.cloudformation.provisioners import _physical_name

        own = properties.get(self._resource.name_property)
        return str(own or _physical_name(stack, logical_id, max_len=self._resource.longest_name))

    def _refusing(self, act: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return act(_scope(), *arguments)
        except ServiceError as error:
            raise ValueError(f"{error.message} (Error code: {error.code})") from None


def _without_stack_tags(properties: Properties) -> dict[str, Any]:
    """The base adds aws:cloudformation:... to the tags, and a service takes no tags that start with aws:."""
    tags = properties.get("Tags")
    if isinstance(tags, Mapping):
        return {**properties, "Tags": {key: value for key, value in tags.items() if not key.startswith("aws:")}}
    if isinstance(tags, list):
        return {**properties, "Tags": [tag for tag in tags if not str(tag.get("Key")).startswith("aws:")]}
    return dict(properties)


def _scope() -> Scope:
    from ministack.core.responses import get_account_id, get_region

    return Scope(get_account_id(), get_region())
