"""A CloudFormation resource type that one of our services makes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from botocore.model import Shape

    from .scope import Scope

Properties = Mapping[str, Any]
Attributes = dict[str, Any]


class Resource(ABC):
    """One type. Its physical id is its name; all methods are quick, as they run on the base's event loop.

    A refusal is a ServiceError and becomes the reason for which the resource failed.
    """

    type: ClassVar[str]
    name_property: ClassVar[str]
    longest_name: ClassVar[int] = 255
    # Properties that drift detection compares; none means that the type does not take part.
    compared: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        """Make the resource and return what Fn::GetAtt gives."""

    @abstractmethod
    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        """Change the resource in place and return what Fn::GetAtt gives."""

    @abstractmethod
    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        """Delete the resource; one that is gone already is deleted."""

    @abstractmethod
    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        """Return the properties as they stand, or None if there is no such resource."""


def request_of(service: str, operation: str, properties: Properties, **fixed: Any) -> dict[str, Any]:
    """Return the request of `operation` that `properties` of a template mean, with `fixed` members set.

    A template may write a number or a boolean as text; members that the operation lacks are left out.
    """
    from .protocol import load_model

    shape = load_model(service).operation_model(operation).input_shape
    assert shape is not None
    given = {_member(shape, name): value for name, value in properties.items()}
    known = {name: typed(shape.members[name], value) for name, value in given.items() if name in shape.members}
    return {**known, **fixed}


def typed(shape: Shape, value: Any) -> Any:
    """Return `value` in the type that `shape` asks for, as far as it can be read as such."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            _member(shape, name): typed(shape.members[_member(shape, name)], part)
            for name, part in value.items()
            if _member(shape, name) in shape.members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [typed(shape.member, part) for part in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {str(name): typed(shape.value, part) for name, part in value.items()}
    return _scalar(shape.type_name, value)


def _scalar(kind: str, value: Any) -> Any:
    try:
        if kind in ("integer", "long") and not isinstance(value, bool):
            return int(value)
        if kind in ("double", "float"):
            return float(value)
    except (TypeError, ValueError):
        return value
    if kind == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    return str(value) if kind == "string" and isinstance(value, int | float) else value


def _member(shape: Any, name: str) -> str:
    """Templates write LogGroupName where the API of Logs writes logGroupName."""
    return name if name in shape.members else name[:1].lower() + name[1:]
