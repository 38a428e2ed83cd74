"""A CloudFormation resource type that one of our services makes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .service import ServiceError

if TYPE_CHECKING:
    from botocore.model import Shape

    from .scope import Scope

Properties = Mapping[str, Any]
Attributes = dict[str, Any]


class Unchanged(ServiceError):
    """An update was refused before it changed anything: the rollback has nothing to take back."""


class Resource(ABC):
    """One type. A refusal is a ServiceError and becomes the reason for which the resource failed.

    All methods are quick, as they run on the base's event loop, unless the type is `aside`.
    """

    type: ClassVar[str]
    name_property: ClassVar[str]
    longest_name: ClassVar[int] = 255
    # Properties that drift detection compares; none means that the type does not take part.
    compared: ClassVar[frozenset[str]] = frozenset()
    # The attribute that is the physical id and what Ref gives; "": the name is.
    id_attribute: ClassVar[str] = ""
    # The methods (but for read) run on a thread of their own: they may wait.
    aside: ClassVar[bool] = False
    # An existing resource can be brought into a stack.
    importable: ClassVar[bool] = True
    # "Update requires: Replacement" in the template reference; None: update() and the name decide.
    replaced_by: ClassVar[frozenset[str] | None] = None
    # There is one resource of a name, so that an update which replaces it must give it another.
    unique_name: ClassVar[bool] = True
    # It takes the tags of its stack, in the property Tags.
    tagged: ClassVar[bool] = False

    @abstractmethod
    def create(self, scope: Scope, name: str, properties: Properties) -> Attributes:
        """Make the resource and return what Fn::GetAtt gives; leave nothing when it fails."""

    @abstractmethod
    def update(self, scope: Scope, name: str, old: Properties, new: Properties) -> Attributes:
        """Change the resource with the physical id `name` in place and return what Fn::GetAtt gives."""

    @abstractmethod
    def delete(self, scope: Scope, name: str, properties: Properties) -> None:
        """Delete the resource with the physical id `name`; one that is gone already is deleted."""

    @abstractmethod
    def read(self, scope: Scope, name: str, properties: Properties) -> dict[str, Any] | None:
        """Return the properties as they stand, or None if there is no such resource."""

    def recover(self) -> None:  # noqa: B027  (most types are made in one transaction and have nothing to drop)
        """Drop what a stop of the local cloud left half-made, of which no stack knows; called once after a start."""


class UpdatePolicy(ABC):
    """How a resource of the base's is updated that asks for it by its UpdatePolicy."""

    type: ClassVar[str]
    # The member of UpdatePolicy.
    name: ClassVar[str]

    @abstractmethod
    def update(self, scope: Scope, id_: str, policy: Properties, old: Properties, new: Properties) -> None:
        """Bring about the update of the resource with the physical id `id_`, before the base takes it for done.

        Runs on a thread of its own and may wait; not called while a stack is rolled back. A refusal (ServiceError)
        becomes the reason for which the resource failed.
        """


def request_of(service: str, operation: str, properties: Properties, /, **fixed: Any) -> dict[str, Any]:
    """Return the request of `operation` that `properties` of a template mean, with `fixed` members set.

    A template may write a number or a boolean as text; members that the operation lacks are left out.
    """
    from .protocol import load_model

    shape = load_model(service).operation_model(operation).input_shape
    assert shape is not None
    return {**typed(shape, properties), **fixed}


def typed(shape: Shape, value: Any) -> Any:
    """Return `value` in the type that `shape` asks for, as far as it can be read as such."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            member: typed(shape.members[member], part)
            for name, part in value.items()
            if (member := member_of(shape, name)) in shape.members
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
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if kind == "string" and isinstance(value, int | float) else value


def member_of(shape: Any, name: str) -> str:
    """Return the member that a template's `name` means: LogGroupName is Logs' logGroupName, ECSServices ecsServices."""
    if name in shape.members:
        return name
    return next((member for member in shape.members if member.lower() == name.lower()), name)
