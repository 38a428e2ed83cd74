"""Lets the base's CloudFormation make resources of our services, through its tables of types."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..resource import Attributes, Properties, Resource, Unchanged, UpdatePolicy
from ..scope import Scope
from ..service import ServiceError
from ..stack_wait import refuse_cancelled
from . import stack_guards, stack_operations
from .interrupted_stacks import end_interrupted
from .update_policies import policy_of

log = logging.getLogger(__name__)


def begin(parts: Iterable[Resource | UpdatePolicy]) -> None:
    """Register `parts` and mend what a stop of the local cloud left half-made; before the first stack call."""
    for part in parts:
        if isinstance(part, UpdatePolicy):
            _apply(part)
        else:
            register(part)
            part.recover()
    end_interrupted()
    stack_operations.follow()
    stack_guards.guard()


def _apply(policy: UpdatePolicy) -> None:
    """Have resources of the base's updated by `policy` first, and then by the base."""
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS[policy.type]
    own = handlers["update"]

    def update(
        physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> tuple[str, Attributes]:
        if (found := policy_of(stack, logical_id or "", policy.name)) is not None:
            _refusing(policy.update, physical_id, found, old, new)
        updated: tuple[str, Attributes] = own(physical_id, old, new, stack, logical_id)
        return updated

    provisioners._RESOURCE_HANDLERS[policy.type] = {**handlers, "update": update}
    _run_aside(policy.type)


def register(resource: Resource) -> None:
    """Have `resource` made, changed, deleted, compared and imported by us."""
    from ministack.services.cloudformation import changesets, drift, provisioners

    handlers = _Handlers(resource)
    provisioners._RESOURCE_HANDLERS[resource.type] = {
        "create": handlers.create,
        "update": handlers.update,
        "update_with_logical_id": True,
        "delete": handlers.delete,
        **({"import": handlers.adopt} if resource.importable else {}),
    }
    if resource.type in changesets._IMPORT_LOOKUPS:
        changesets._IMPORT_LOOKUPS[resource.type] = ((resource.name_property,), handlers.import_problem)
    if resource.compared:
        drift._DRIFT_READERS[resource.type] = (handlers.read, resource.compared)
    if resource.tagged:
        provisioners._STACK_TAG_PROPERTY[resource.type] = ("Tags", "list")
    if resource.replaced_by is not None:
        _replace(resource, resource.replaced_by)
    if resource.aside:
        _run_aside(resource.type)


def _replace(resource: Resource, properties: frozenset[str]) -> None:
    """Let the base, and its change sets, replace a resource when one of `properties` changes."""
    from ministack.services.cloudformation import provisioners

    provisioners._REPLACING_PROPERTIES[resource.type] = tuple(sorted(properties))
    provisioners._CUSTOM_NAME_REPLACEMENT.pop(resource.type, None)
    if resource.unique_name:
        provisioners._CUSTOM_NAME_REPLACEMENT[resource.type] = {"name": resource.name_property}


def _run_aside(type_: str) -> None:
    """Let the base await the handlers of `type_` on threads, and send an update back that failed half-way."""
    from ministack.services.cloudformation import stacks

    for question in ("_runs_on_worker_thread", "_sends_back_failed_update"):
        asked = getattr(stacks, question)
        if not isinstance(asked, _AlsoFor):
            asked = _AlsoFor(asked)
            setattr(stacks, question, asked)
        asked.types.add(type_)


class _AlsoFor:
    """A question that the base asks about types, answered by itself, and with yes for some of ours."""

    def __init__(self, own: Callable[[str], bool]) -> None:
        self._own = own
        self.types: set[str] = set()

    def __call__(self, type_: str) -> bool:
        return type_ in self.types or self._own(type_)


class _Handlers:
    """The functions that the base calls for one type, in the scope of the stack."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        _refusing(lambda _: refuse_cancelled())
        name = self._name(logical_id, properties, stack)
        attributes: Attributes = _refusing(self._resource.create, name, _without_stack_tags(properties))
        return str(attributes[self._resource.id_attribute] if self._resource.id_attribute else name), attributes

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> tuple[str, Attributes]:
        if self._resource.replaced_by is None:
            return self._rename_or_change(physical_id, old, new, stack, logical_id)
        return physical_id, self._change(physical_id, old, new)

    def _change(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        operation = stack_operations.current()
        refused = operation.unchanged if operation else set()
        if physical_id in refused:
            refused.discard(physical_id)
            return {}
        try:
            return self._resource.update(_scope(), physical_id, _without_stack_tags(old), _without_stack_tags(new))
        except Exception as error:
            if isinstance(error, Unchanged):
                refused.add(physical_id)
            raise _failure(error) from None

    def _rename_or_change(
        self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None
    ) -> tuple[str, Attributes]:
        from ministack.services.cloudformation.provisioners import _rename_replacement

        name = self._name(logical_id or physical_id, new, stack)
        present = physical_id if self.read(physical_id, new) is not None else None
        replaced: tuple[str, Attributes] | None = _rename_replacement(
            physical_id, old, new, stack, logical_id, name, present, self.create, self.delete
        )
        return replaced or (name, self._change(name, old, new))

    def delete(self, physical_id: str, properties: Properties) -> None:
        _refusing(self._resource.delete, physical_id, properties)

    def read(self, physical_id: str, properties: Properties) -> dict[str, Any] | None:
        return self._resource.read(_scope(), physical_id, properties)

    def adopt(self, identifier: dict[str, str]) -> tuple[str, Attributes]:
        name = identifier[self._resource.name_property]
        properties = self._resource.read(_scope(), name, {}) or {}
        return name, _refusing(self._resource.update, name, properties, properties)

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


def _refusing(act: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return act(_scope(), *arguments)
    except Exception as error:
        raise _failure(error) from None


def _failure(error: Exception) -> ValueError:
    """Return what the base takes for the reason of a failed resource."""
    if isinstance(error, ServiceError):
        return ValueError(f"{error.message} (Error code: {error.code})")
    log.error("A resource of a stack failed", exc_info=error)
    return ValueError(
        f"The local cloud failed on this resource ({type(error).__name__}: {error}). Hold its properties against the"
        " template reference; the log of the local cloud has more."
    )


def _without_stack_tags(properties: Properties) -> dict[str, Any]:
    """The base adds aws:cloudformation:... to the tags, and a service takes no tags that start with aws:."""
    tags = properties.get("Tags")
    kept: Any = None
    if isinstance(tags, Mapping):
        kept = {key: value for key, value in tags.items() if not key.startswith("aws:")}
    elif isinstance(tags, list):
        kept = [tag for tag in tags if not str(tag.get("Key")).startswith("aws:")]
    others = {name: value for name, value in properties.items() if name != "Tags"}
    # Where there are no others, there is no property: an operation may take no empty list.
    return {**others, "Tags": kept} if kept else others


def _scope() -> Scope:
    from ministack.core.responses import get_account_id, get_region

    return Scope(get_account_id(), get_region())
