"""Writes a result as XML, as the query protocol has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from .document import present_members, wire_name
from .text import write_text

# XML 1.0 has no way to write these characters, not even by reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def element(name: str, content: str) -> str:
    """Return an element around `content`, which is XML already."""
    return f"<{name}>{content}</{name}>"


def text(value: str) -> str:
    """Return `value` escaped; what XML cannot carry becomes U+FFFD, and a CR survives the parser."""
    return escape(_FORBIDDEN.sub("\ufffd", value), {"\r": "&#13;"})


def write_members(shape: Any, value: Mapping[str, Any]) -> str:
    """Return the elements of a structure's members."""
    return "".join(
        part
        for name, member, item in present_members(shape, value)
        for part in _named(member, wire_name(member, name), item)
    )


def _named(shape: Any, name: str, value: Any) -> Iterator[str]:
    flattened = shape.serialization.get("flattened")
    if shape.type_name == "list" and flattened:
        item_name = str(shape.member.serialization.get("name") or name)
        yield from (element(item_name, _content(shape.member, item)) for item in value)
    elif shape.type_name == "map" and flattened:
        yield from (element(name, entry) for entry in _entries(shape, value))
    else:
        yield element(name, _content(shape, value))


def _content(shape: Any, value: Any) -> str:
    kind = shape.type_name
    if kind == "structure":
        return write_members(shape, value)
    if kind == "list":
        name = wire_name(shape.member, "member")
        return "".join(element(name, _content(shape.member, item)) for item in value)
    if kind == "map":
        return "".join(element("entry", entry) for entry in _entries(shape, value))
    return text(write_text(shape, value))


def _entries(shape: Any, value: Mapping[str, Any]) -> Iterator[str]:
    key_name, value_name = wire_name(shape.key, "key"), wire_name(shape.value, "value")
    for key, item in value.items():
        if item is not None:
            yield element(key_name, text(str(key))) + element(value_name, _content(shape.value, item))
