"""A query protocol's form as a tree, and the parameters in it: Tags.member.1.Key=a&Tags.member.1.Value=b."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from .document import wire_name
from .errors import SerializationError
from .text import read_text

_MALFORMED = "MalformedInput"
_DEPTH = 64


class Node(dict[str, "Node"]):
    """The parameters below one name."""

    text: str | None = None

    def numbered(self) -> list[Node]:
        """Return the children named 1, 2, 3... in that order."""
        return [self[key] for key in sorted((key for key in self if key.isdecimal()), key=int)]


def parse(body: str) -> Node:
    """Return the tree of a form. Raises SerializationError if a name is nested beyond reason."""
    root = Node()
    for name, value in parse_qsl(body, keep_blank_values=True, errors="strict"):
        steps = name.split(".")
        if len(steps) > _DEPTH:
            raise SerializationError(f"The parameter '{name[:80]}...' is nested too deeply.", code=_MALFORMED)
        node = root
        for step in steps:
            node = node.setdefault(step, Node())
        node.text = value
    return root


def read_form(shape: Any, node: Node, where: str = "") -> Any:
    """Return the value of `shape` below `node`. Raises SerializationError, naming the place, for a wrong type."""
    kind = shape.type_name
    if kind == "structure":
        return dict(_members(shape, node, where))
    if kind == "list":
        return [read_form(shape.member, item, where) for item in _items(shape, node)]
    if kind == "map":
        return dict(_entries(shape, node, where))
    try:
        return read_text(shape, node.text or "", where)
    except SerializationError as error:
        raise SerializationError(error.message, code=_MALFORMED) from None


def _members(shape: Any, node: Node, where: str) -> Iterator[tuple[str, Any]]:
    for name, member in shape.members.items():
        child = node.get(_form_name(member, name))
        if child is not None:
            yield name, read_form(member, child, f"{where}.{name}" if where else name)


def _form_name(member: Any, name: str) -> str:
    """Return a member's name in the form; a flattened list goes by the name of its items."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        return str(member.member.serialization.get("name") or wire_name(member, name))
    return wire_name(member, name)


def _items(shape: Any, node: Node) -> list[Node]:
    if shape.serialization.get("flattened"):
        return node.numbered()
    return node.get(wire_name(shape.member, "member"), Node()).numbered()


def _entries(shape: Any, node: Node, where: str) -> Iterator[tuple[Any, Any]]:
    entries = node if shape.serialization.get("flattened") else node.get("entry", Node())
    key_name, value_name = wire_name(shape.key, "key"), wire_name(shape.value, "value")
    for entry in entries.numbered():
        key = read_form(shape.key, entry.get(key_name, Node()), where)
        yield key, read_form(shape.value, entry.get(value_name, Node()), f"{where}.{key}")
