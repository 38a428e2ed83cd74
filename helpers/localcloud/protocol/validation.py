"""Compares parameters and results with the model's constraints.

The API model's constraints on requests are AWS's own; the texts are those that AWS's services give. Patterns are left
to the services, and so are the sizes of blobs: AWS answers those with an error of the operation
(InvalidRepositoryNameException, FileContentSizeLimitExceededException).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .checked import Checked

if TYPE_CHECKING:
    from botocore.model import OperationModel

_NUMBERS = ("integer", "long", "float", "double")
_SIZED = ("string", "list", "map")
_SHOWN = 120


def validate_input(operation: OperationModel, params: dict[str, Any]) -> list[str]:
    """Return [] if `params` satisfy the input shape, else one text in AWS's words that names every violation.

    Checked: required members, enums, lengths, ranges, and that a union has exactly one member.
    """
    if isinstance(params, Checked):
        return []
    shape = operation.input_shape
    violations = [] if shape is None else list(_violations(shape, params, ""))
    if not violations:
        return []
    count = len(violations)
    return [f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(violations)}"]


def validate_output(operation: OperationModel, result: dict[str, Any]) -> list[str]:
    """Return what is wrong with `result` by the output shape: types, required and unknown members, enums.

    None counts as absent, and ResponseMetadata (which clients add) is not looked at.
    """
    members = {name: value for name, value in result.items() if name != "ResponseMetadata"}
    shape = operation.output_shape
    if shape is None:
        return [f"{operation.name} has no output, but the result has {', '.join(members)}"] if members else []
    for name in [name for name, member in shape.members.items() if member.serialization.get("eventstream")]:
        members.pop(name, None)
    return _type_errors(shape, _without_none(members)) + list(_enum_errors(shape, members, ""))


def _type_errors(shape: Any, members: dict[str, Any]) -> list[str]:
    from botocore.validate import ParamValidator

    report = ParamValidator().validate(members, shape)
    lines = str(report.generate_report()).splitlines() if report.has_errors() else []
    # Lengths bind requests: BatchGetBuilds itself answers an empty `buildsNotFound`, whose shape wants one entry.
    return [line for line in lines if not line.startswith("Invalid length for parameter")]


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def _enum_errors(shape: Any, value: Any, where: str) -> Iterator[str]:
    for inner, item, place in _children(shape, value, where, _dotted):
        yield from _enum_errors(inner, item, place)
    if shape.type_name == "string" and isinstance(value, str) and shape.enum and value not in shape.enum:
        yield f"'{value}' at '{where}' is not one of {shape.name}'s values: {', '.join(shape.enum)}"


def _children(shape: Any, value: Any, where: str, place: Any) -> Iterator[tuple[Any, Any, str]]:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
        members = shape.members
        for name, item in value.items():
            if item is not None and name in members:
                yield members[name], item, place(where, name)
    elif kind == "list" and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield shape.member, item, place(where, index)
    elif kind == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield shape.key, key, place(where, f"{key} (key)")
            yield shape.value, item, place(where, str(key))


def _dotted(where: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"{where}[{step}]"
    return f"{where}.{step}" if where else step


def _aws_place(where: str, step: str | int) -> str:
    """Name a member as AWS's messages do: tags.1.member.key, lower-case at the start of each name."""
    name = f"{step + 1}.member" if isinstance(step, int) else step[:1].lower() + step[1:]
    return f"{where}.{name}" if where else name


def _violations(shape: Any, value: Any, where: str) -> Iterator[str]:
    if value is None:
        yield _violation(shape, value, where, "Member must not be null")
        return
    for constraint in _broken(shape, value):
        yield _violation(shape, value, where, constraint)
    for name in shape.metadata.get("required", ()):
        if value.get(name) is None:
            yield _violation(shape.members[name], None, _aws_place(where, name), "Member must not be null")
    for inner, item, place in _children(shape, value, where, _aws_place):
        yield from _violations(inner, item, place)


def _broken(shape: Any, value: Any) -> Iterator[str]:
    kind = shape.type_name
    if kind in _SIZED:
        yield from _out_of_bounds(shape, len(value), "length")
    elif kind in _NUMBERS:
        yield from _out_of_bounds(shape, value, "value")
    elif kind == "structure" and shape.is_tagged_union and len(value) != 1:
        yield f"Member must have exactly one of: [{', '.join(shape.members)}]"
    if kind == "string" and shape.enum and value not in shape.enum:
        yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


def _out_of_bounds(shape: Any, size: float, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"Member must have {what} greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Member must have {what} less than or equal to {most}"


def _violation(shape: Any, value: Any, where: str, constraint: str) -> str:
    return f"Value{_shown(shape, value)} at '{where}' failed to satisfy constraint: {constraint}"


def _shown(shape: Any, value: Any) -> str:
    if value is None:
        return " null"
    if shape.metadata.get("sensitive") or isinstance(value, bytes):
        return ""
    text = str(value)
    return f" '{text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}'"
