"""The quick way for large requests: shapes become types of msgspec, which reads and checks in one go.

Ten thousand log events take 3 ms instead of 70. It knows only what is right: for anything else there is no answer, and
the ordinary way finds the words for it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Required, TypedDict

import msgspec

if TYPE_CHECKING:
    from botocore.model import OperationModel

LARGE = 20_000


class Checked(dict[str, Any]):
    """Parameters that satisfy the input shape of their operation."""


class _Unsuited(Exception):
    """A shape has something that the quick way does not do."""


def checked(operation: OperationModel, tree: dict[str, Any]) -> Checked | None:
    """Return the parameters in `tree` (parsed JSON or CBOR) if they are right, or None: then nobody knows yet."""
    type_ = _type_of_input(operation.service_model.service_name, operation.name)
    if type_ is None:
        return None
    try:
        return Checked(msgspec.convert(tree, type_, dec_hook=_read_moment))
    except (msgspec.ValidationError, RecursionError):
        return None


@lru_cache(maxsize=256)
def _type_of_input(service: str, operation: str) -> Any:
    from .model import load_model

    shape = load_model(service).operation_model(operation).input_shape
    try:
        return _type(shape, ())
    except _Unsuited:
        return None


def _type(shape: Any, above: tuple[str, ...]) -> Any:
    if shape is None or shape.name in above:
        raise _Unsuited
    make = _KINDS.get(shape.type_name)
    if make is None:
        raise _Unsuited
    return make(shape, (*above, shape.name))


def _structure(shape: Any, above: tuple[str, ...]) -> Any:
    if shape.is_document_type or shape.is_tagged_union:
        raise _Unsuited
    required = shape.metadata.get("required", ())
    members: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.serialization.get("name", name) != name:
            raise _Unsuited
        type_ = _type(member, above)
        members[name] = Required[type_] if name in required else type_
    return TypedDict(shape.name, members, total=False)  # type: ignore[operator]


def _list(shape: Any, above: tuple[str, ...]) -> Any:
    return _sized(shape, list[_type(shape.member, above)])  # type: ignore[misc]


def _map(shape: Any, above: tuple[str, ...]) -> Any:
    return _sized(shape, dict[_type(shape.key, above), _type(shape.value, above)])  # type: ignore[misc]


def _string(shape: Any, above: tuple[str, ...]) -> Any:
    return Literal[tuple(shape.enum)] if shape.enum else _sized(shape, str)


def _integer(shape: Any, above: tuple[str, ...]) -> Any:
    return _bounded(shape, int)


def _float(shape: Any, above: tuple[str, ...]) -> Any:
    return _bounded(shape, float)


def _flag(shape: Any, above: tuple[str, ...]) -> Any:
    return bool


def _moment(shape: Any, above: tuple[str, ...]) -> Any:
    return _Moment


class _Moment(datetime):
    """A type of our own, so that msgspec asks us how to read it."""


def _read_moment(type_: type, value: Any) -> Any:
    """Read what CBOR has parsed already, or JSON's epoch seconds; a text is left to the ordinary way."""
    if isinstance(value, datetime):
        return _Moment.fromtimestamp(value.timestamp(), UTC)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return _Moment.fromtimestamp(value, UTC)


def _sized(shape: Any, type_: Any) -> Any:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    return type_ if least is most is None else Annotated[type_, msgspec.Meta(min_length=least, max_length=most)]


def _bounded(shape: Any, type_: Any) -> Any:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    return type_ if least is most is None else Annotated[type_, msgspec.Meta(ge=least, le=most)]


_KINDS: dict[str, Any] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "boolean": _flag,
    "timestamp": _moment,
}
