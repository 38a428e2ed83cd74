"""Holds parameters and answers against botocore's shapes, and every string against the enum of its shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape


def validate_input(operation: OperationModel, parameters: dict[str, Any]) -> list[str]:
    """Return what is wrong with `parameters`: missing, ill-typed or too short, in words. Empty: nothing."""
    return _structure_problems(operation.input_shape, parameters)


def validate_output(operation: OperationModel, result: dict[str, Any]) -> list[str]:
    """Return what is wrong with an answer, enums included. Empty: nothing."""
    shape = operation.output_shape
    if shape is None:
        return [] if not result else [f"{operation.name} has no output"]
    return _structure_problems(shape, result) + list(_enum_problems(shape, result, operation.name))


def _structure_problems(shape: Shape | None, value: dict[str, Any]) -> list[str]:
    from botocore.validate import ParamValidator

    if shape is None:
        return []
    report = ParamValidator().validate(value, shape)
    return [line for line in report.generate_report().splitlines() if line] if report.has_errors() else []


def _enum_problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _enum_problems(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _enum_problems(shape.member, item, f"{path}[{number}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield from _enum_problems(shape.key, key, f"{path} key")
            yield from _enum_problems(shape.value, item, f"{path}[{key!r}]")
    elif (enum := getattr(shape, "enum", None)) and value not in enum:
        yield f"{path} is {value!r}, which is none of {', '.join(enum)}"
