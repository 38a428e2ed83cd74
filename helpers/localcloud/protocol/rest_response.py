"""Puts the members of a result into a REST response: status, headers and body."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from .document import present_members, wire_name
from .http import HttpResponse
from .json_document import JsonDocument, dump
from .text import write_text

_DOCUMENT = JsonDocument()
_NO_BODY = (204, 304)


def write_members(shape: Any, result: Mapping[str, Any], status: int, extra: Mapping[str, Any]) -> HttpResponse:
    """Return the response to `result`; `extra` are entries of a JSON body that the shape does not have."""
    headers: dict[str, str] = {}
    body_members = {}
    for name, member, value in present_members(shape, result):
        location = member.serialization.get("location")
        if location == "statusCode":
            status = int(value)
        elif location == "header":
            headers[wire_name(member, name).lower()] = _header(member, value)
        elif location == "headers":
            headers |= {f"{wire_name(member, name)}{key}".lower(): str(item) for key, item in value.items()}
        else:
            body_members[name] = value
    content_type, body = _body(shape, body_members, extra)
    if status in _NO_BODY:
        return HttpResponse(status, headers, b"")
    return HttpResponse(status, {"content-type": content_type, **headers}, body)


def _body(shape: Any, members: dict[str, Any], extra: Mapping[str, Any]) -> tuple[str, bytes]:
    payload = shape.serialization.get("payload")
    if payload is None:
        return "application/json", dump({**extra, **_DOCUMENT.encode_members(shape, members)})
    member, value = shape.members[payload], members.get(payload)
    if member.type_name == "blob":
        return "application/octet-stream", _bytes(value)
    if member.type_name == "string":
        return "text/plain", (value or "").encode()
    return "application/json", dump({} if value is None else _DOCUMENT.encode(member, value))


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    content = value.read() if hasattr(value, "read") else value
    return content.encode() if isinstance(content, str) else bytes(content)


def _header(member: Any, value: Any) -> str:
    if member.serialization.get("jsonvalue"):
        return base64.b64encode(dump(value)).decode()
    if member.type_name != "list":
        return write_text(member, value, "rfc822")
    return ",".join(_quoted(write_text(member.member, item, "rfc822")) for item in value)


def _quoted(item: str) -> str:
    return '"' + item.replace('"', '\\"') + '"' if '"' in item else item
