"""Values as a tree of plain values, as a shape says; JSON and CBOR differ only in the leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from . import timestamps
from .errors import SerializationError, UnknownMember

_IGNORED = "ResponseMetadata"
_EXPECTED = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "character": str,
    "boolean": bool,
    "integer": (int, float),
    "long": (int, float),
    "float": (int, float),
    "double": (int, float),
}
_SPECIAL_FLOATS = {"NaN", "Infinity", "-Infinity"}


def wire_name(shape: Any, name: str) -> str:
    """Return the name that the member `name` of this shape has in requests and responses."""
    return str(shape.serialization.get("name", name))


def present_members(shape: Any, value: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Give name, shape and value of each member of `value` that is there (not None).

    Raises UnknownMember if the shape has no such member.
    """
    members = shape.members
    for name, item in value.items():
        if item is None:
            continue
        if name in members:
            yield name, members[name], item
        elif name != _IGNORED:
            known = ", ".join(members) or "none"
            raise UnknownMember(f"{shape.name} has no member '{name}'. Its members are: {known}.")


class Document:
    """Reads and writes trees; the leaves are those of a format that has dates and bytes of its own (CBOR)."""

    timestamp_format = ""

    def encode(self, shape: Any, value: Any) -> Any:
        """Return the tree of `value`."""
        kind = shape.type_name
        if kind == "structure":
            return value if shape.is_document_type else self.encode_members(shape, value)
        if kind == "list":
            return [self.encode(shape.member, item) for item in value]
        if kind == "map":
            return {key: self.encode(shape.value, item) for key, item in value.items() if item is not None}
        return self.encode_leaf(shape, value)

    def encode_members(self, shape: Any, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the tree of a structure."""
        return {
            wire_name(member, name): self.encode(member, item) for name, member, item in present_members(shape, value)
        }

    def encode_leaf(self, shape: Any, value: Any) -> Any:
        """Return the form of a single value."""
        kind = shape.type_name
        if kind == "timestamp":
            return timestamps.in_utc(value)
        if kind == "blob":
            return value.encode() if isinstance(value, str) else bytes(value)
        return float(value) if kind in ("float", "double") else value

    def decode(self, shape: Any, value: Any, where: str = "") -> Any:
        """Return the value of a tree. Raises SerializationError, naming the place `where` a type is wrong."""
        if value is None:
            return None
        kind = shape.type_name
        if kind == "structure":
            return value if shape.is_document_type else self.decode_members(shape, value, where)
        if kind == "list":
            _check(kind, value, where)
            return [self.decode(shape.member, item, f"{where}[{index}]") for index, item in enumerate(value)]
        if kind == "map":
            _check(kind, value, where)
            for key in value:
                _check("string", key, where)
            return {key: self.decode(shape.value, item, f"{where}.{key}") for key, item in value.items()}
        return self.decode_leaf(shape, value, where)

    def decode_members(self, shape: Any, value: Any, where: str = "") -> dict[str, Any]:
        """Return the members of a structure; what the shape does not know is ignored, as AWS does."""
        _check("structure", value, where)
        result = {}
        for name, member in shape.members.items():
            item = value.get(wire_name(member, name))
            if item is not None:
                result[name] = self.decode(member, item, f"{where}.{name}" if where else name)
        return result

    def decode_leaf(self, shape: Any, value: Any, where: str) -> Any:
        """Return a single value."""
        kind = shape.type_name
        if kind == "timestamp":
            return self.decode_timestamp(value, where)
        if kind == "blob":
            return self.decode_blob(value, where)
        if kind in ("float", "double"):
            return _number(value, where)
        _check(kind, value, where)
        return _whole(value, where) if kind in ("integer", "long") else value

    def decode_timestamp(self, value: Any, where: str) -> datetime:
        """Return a point in time."""
        if isinstance(value, datetime):
            return value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise mismatch("timestamp", value, where)
        try:
            return timestamps.read(value)
        except ValueError as error:
            raise SerializationError(f"The value of '{where}' is no timestamp: {error}.") from None

    def decode_blob(self, value: Any, where: str) -> bytes:
        """Return bytes."""
        if not isinstance(value, bytes):
            raise mismatch("blob", value, where)
        return value


def mismatch(kind: str, value: Any, where: str) -> SerializationError:
    """Return the error for a `value` that is not of `kind`."""
    return SerializationError(
        f"{_wire_type(value)} can not be converted to {_article(kind)} (at '{where or 'the body'}')"
    )


def _check(kind: str, value: Any, where: str) -> None:
    is_flag = isinstance(value, bool) and kind != "boolean"
    if is_flag or not isinstance(value, _EXPECTED[kind]):  # type: ignore[arg-type]
        raise mismatch(kind, value, where)


def _whole(value: int | float, where: str) -> int:
    try:
        return int(value)
    except (ValueError, OverflowError):
        raise mismatch("integer", value, where) from None


def _number(value: Any, where: str) -> float:
    if isinstance(value, str) and value in _SPECIAL_FLOATS:
        return float(value)
    _check("double", value, where)
    return float(value)


def _wire_type(value: Any) -> str:
    names = {bool: "BOOLEAN_VALUE", str: "STRING_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE",
             list: "START_ARRAY", dict: "START_OBJECT", bytes: "BINARY_VALUE"}  # fmt: skip
    return names.get(type(value), type(value).__name__.upper())


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.capitalize()}"
