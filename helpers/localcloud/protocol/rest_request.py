"""Reads the members of a REST request from its URI, query string, headers and body."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Container, Mapping
from typing import Any
from urllib.parse import parse_qsl

from .document import wire_name
from .errors import SerializationError
from .http import HttpRequest
from .json_document import JsonDocument, parse, parse_value
from .rest_routes import Route
from .text import read_text

_DOCUMENT = JsonDocument()
_LIST_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)')


class Query:
    """The parameters in a query string, each possibly repeated, without those that the URI template fixes."""

    def __init__(self, query: str, fixed: Container[tuple[str, str]]) -> None:
        self.values: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if (name, value) not in fixed:
                self.values.setdefault(name, []).append(value)


def read_members(shape: Any, route: Route, request: HttpRequest) -> dict[str, Any]:
    """Return the parameters that are in the URI (by the `route` to the operation), the headers and the body."""
    labels = route.labels_in(request.raw_path) or {}
    query = Query(request.query, route.fixed)
    readers: dict[str, Callable[[Any, str], Any]] = {
        "uri": lambda member, name: _one(member, name, labels),
        "querystring": lambda member, name: _of_query(shape, member, name, query),
        "header": lambda member, name: _of_header(member, name, request.headers),
        "headers": lambda member, name: _of_headers(name, request.headers),
    }
    result = {}
    for name, member in shape.members.items():
        read = readers.get(member.serialization.get("location", ""))
        value = read(member, wire_name(member, name)) if read else None
        if value is not None:
            result[name] = value
    return result | _of_body(shape, request)


def _one(member: Any, name: str, values: Mapping[str, str]) -> Any:
    return read_text(member, values[name], name) if name in values else None


def _of_query(shape: Any, member: Any, name: str, query: Query) -> Any:
    if member.type_name == "map":
        return _unclaimed(shape, member, query) or None
    values = query.values.get(name)
    if values is None:
        return None
    if member.type_name == "list":
        return [read_text(member.member, value, name) for value in values]
    return read_text(member, values[0], name)


def _unclaimed(shape: Any, member: Any, query: Query) -> dict[str, Any]:
    """Return what no other member takes from the query string: a map member takes the rest."""
    claimed = {
        wire_name(other, name)
        for name, other in shape.members.items()
        if other.serialization.get("location") == "querystring" and other is not member
    }
    many = member.value.type_name == "list"
    rest = {name: values for name, values in query.values.items() if name not in claimed}
    return {name: values if many else values[0] for name, values in rest.items()}


def _of_header(member: Any, name: str, headers: Mapping[str, str]) -> Any:
    text = headers.get(name.lower())
    if text is None:
        return None
    if member.serialization.get("jsonvalue"):
        return _json_value(text, name)
    if member.type_name != "list":
        return read_text(member, text, name)
    if member.member.type_name == "timestamp":  # an HTTP date has a comma of its own
        return [read_text(member.member, item, name) for item in re.findall(r"[^,]+,[^,]+", text)]
    return [read_text(member.member, item, name) for item in _items(text)]


def _items(text: str) -> list[str]:
    found = [item.strip() for item in _LIST_ITEM.findall(text) if item.strip()]
    return [item[1:-1].replace('\\"', '"') if item.startswith('"') else item for item in found]


def _json_value(text: str, name: str) -> Any:
    try:
        return parse_value(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise SerializationError(f"The header '{name}' is not JSON in base64.") from None


def _of_headers(prefix: str, headers: Mapping[str, str]) -> dict[str, str] | None:
    start = prefix.lower()
    return {name[len(start) :]: text for name, text in headers.items() if name.startswith(start)} or None


def _of_body(shape: Any, request: HttpRequest) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    if payload is None:
        return _unlocated(shape, request)
    member = shape.members[payload]
    if not request.body and payload not in shape.required_members:
        return {}
    if member.type_name == "blob":
        return {payload: request.body}
    if member.type_name == "string":
        return {payload: _decoded(request.body)}
    content = parse_value(request.body or b"{}")
    if content == {} and payload not in shape.required_members:
        return {}  # SDKs write {} for a payload that was not given
    return {payload: _DOCUMENT.decode(member, content, payload)}


def _unlocated(shape: Any, request: HttpRequest) -> dict[str, Any]:
    if all("location" in member.serialization for member in shape.members.values()):
        return {}
    content = parse(request.body)
    located = {name for name, member in shape.members.items() if "location" in member.serialization}
    found = _DOCUMENT.decode_members(shape, content)
    return {name: value for name, value in found.items() if name not in located}


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise SerializationError("The request's body is not text in UTF-8.") from None
