"""Reads the properties of a template as a request, and refuses by name what the request has no place for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from .resource import Properties, member_of, request_of
from .service import ServiceError

Tag = Mapping[str, Any]


def exact_request(service: str, operation: str, properties: Properties, /, **fixed: Any) -> dict[str, Any]:
    """Return the request of `operation` that `properties` mean, with `fixed` members set.

    Raises ValidationError naming, at any depth, the property that the operation lacks, or what it finds wrong.
    """
    from botocore.validate import ParamValidator

    from .protocol import load_model, validate_input

    model = load_model(service).operation_model(operation)
    refuse(f"{service}:{operation}", _unplaced(model.input_shape, properties, ""))
    request = request_of(service, operation, properties, **fixed)
    types = ParamValidator().validate(request, model.input_shape)
    if types.has_errors():
        raise ServiceError("ValidationError", types.generate_report())
    if problems := validate_input(model, request):
        raise ServiceError("ValidationError", problems[0])
    return request


def refuse_others(type_: str, properties: Properties, known: Collection[str]) -> None:
    """Raise ValidationError naming the properties of a resource of `type_` that are not in `known`."""
    refuse(type_, (name for name in properties if name not in known))


def refuse(what: str, paths: Iterable[str]) -> None:
    """Raise ValidationError if there are properties (`paths`) that `what` does not have here."""
    if found := sorted(paths):
        raise ServiceError(
            "ValidationError",
            f"The local cloud does not have {', '.join(found)} of {what}. Leave it out; docs/fidelity.md has more.",
        )


def refuse_existing(type_: str, name: str, *, exists: bool) -> None:
    """Raise AlreadyExists if there is a resource that the stack would take over from somebody."""
    if exists:
        raise ServiceError("AlreadyExists", f"Resource of type '{type_}' with identifier '{name}' already exists.")


def tag_changes(old: Properties, new: Properties) -> tuple[list[str], list[Tag]]:
    """Return the keys of the tags that an update removes, and the tags that it adds or changes."""
    before, after = _by_key(old), _by_key(new)
    added = [tag for key, tag in after.items() if before.get(key) != tag]
    return sorted(before.keys() - after.keys()), added


def changed(old: Properties, new: Properties, *names: str) -> bool:
    """Return whether an update changes one of the properties `names`."""
    return any(old.get(name) != new.get(name) for name in names)


def without(properties: Properties, *names: str) -> dict[str, Any]:
    """Return `properties` without those called `names`."""
    return {name: value for name, value in properties.items() if name not in names}


def _by_key(properties: Properties) -> dict[str, Tag]:
    return {str(tag["Key"]): tag for tag in properties.get("Tags") or ()}


def _unplaced(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the paths in `value` that a template has and `shape` has not."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        for name, part in value.items():
            here = f"{path}.{name}" if path else name
            member = member_of(shape, name)
            if member in shape.members:
                yield from _unplaced(shape.members[member], part, here)
            else:
                yield here
    elif shape.type_name == "list" and isinstance(value, list):
        for number, part in enumerate(value):
            yield from _unplaced(shape.member, part, f"{path}[{number}]")
