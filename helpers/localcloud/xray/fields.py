"""The fields of a segment document, each with its rule.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-fields
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
MAX_NAME = 200
_TRACE_ID = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}")
_ID = re.compile(r"[0-9a-fA-F]{16}")
_NOT_IN_A_NAME = re.compile(r"[^\w\s.:/%&#=+\\\-@]")
_SHOWN = 60
_MAX_STATUS = 999
_BLOCKS = ("aws", "annotations", "metadata", "service", "sql")
_TEXTS = ("user", "origin", "namespace", "resource_arn")


class InvalidField(Exception):
    """A rule that a document breaks: AWS's code, and a sentence that names the field."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def shown(value: Any) -> str:
    """Return `value` for a message, cut short."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def optional(document: Document, path: str, name: str, kind: type | tuple[type, ...], expected: str) -> Any:
    """Return the field, None if it is absent or null. Raises InvalidField if it is not of `kind`."""
    value = document.get(name)
    if value is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool))):
        return value
    raise InvalidField(f"Invalid{_camel(name)}", f"{path}{name} is {shown(value)}; expected is {expected}.")


def is_trace_id(text: str) -> bool:
    """Return whether `text` has the form 1-<8 hexadecimal digits>-<24 hexadecimal digits>."""
    return _TRACE_ID.fullmatch(text) is not None


def check_trace_id(document: Document) -> None:
    """The time in it is not validated, says the page of PutTraceSegments: W3C ids have none."""
    trace_id = _required(document, "", "trace_id")
    if not isinstance(trace_id, str) or not is_trace_id(trace_id):
        form = "1-<8 hexadecimal digits>-<24 hexadecimal digits>"
        raise InvalidField("InvalidTraceId", f"trace_id is {shown(trace_id)}; its form is {form}.")


def check_id(document: Document, path: str) -> None:
    _check_hexadecimal(_required(document, path, "id"), f"{path}id", "InvalidId")


def check_parent(document: Document, path: str) -> None:
    """A parent is another (sub)segment."""
    parent = document.get("parent_id")
    if parent is not None:
        _check_hexadecimal(parent, f"{path}parent_id", "InvalidParentId")
        if parent == document["id"]:
            raise InvalidField("InvalidParentId", f"{path}parent_id is the segment's own id, {parent}.")


def check_name(document: Document, path: str) -> None:
    """1 to 200 characters: letters, digits, whitespace and _ . : / % & # = + \\ - @."""
    name = _required(document, path, "name")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise InvalidField("InvalidName", f"{path}name is {shown(name)}; 1 to {MAX_NAME} characters are expected.")
    if bad := _NOT_IN_A_NAME.search(name):
        allowed = r"letters, digits, whitespace and _ . : / % & # = + \ - @"
        where = f"at character {bad.start() + 1}"
        raise InvalidField("InvalidName", f"{path}name has {bad.group()!r} {where}; a name has {allowed}.")


def check_times(document: Document, path: str) -> None:
    """`start_time`, and either `end_time` or `in_progress`. An end before the start is refused (an assumption)."""
    start = _required(document, path, "start_time")
    _check_time(start, f"{path}start_time")
    in_progress = optional(document, path, "in_progress", bool, "true or false")
    end = document.get("end_time")
    if end is None and not in_progress:
        raise InvalidField("MissingEndTime", f"{path}end_time is missing; give it, or in_progress: true.")
    if end is not None:
        _check_time(end, f"{path}end_time")
        if end < start:
            raise InvalidField("InvalidEndTime", f"{path}end_time ({end}) is before start_time ({start}).")


def check_flags(document: Document, path: str) -> None:
    for name in ("error", "throttle", "fault"):
        optional(document, path, name, bool, "true or false")


def check_blocks(document: Document, path: str) -> None:
    """What has the wrong type as a whole; a single annotation that cannot be indexed is kept and not indexed."""
    for name in _BLOCKS:
        optional(document, path, name, dict, "an object")
    for name in _TEXTS:
        optional(document, path, name, str, "a string")
    optional(document, path, "precursor_ids", list, "an array of ids")


def check_http(document: Document, path: str) -> None:
    http = optional(document, path, "http", dict, "an object with request and response") or {}
    request = optional(http, f"{path}http.", "request", dict, "an object") or {}
    for name in ("method", "url", "user_agent", "client_ip"):
        optional(request, f"{path}http.request.", name, str, "a string")
    response = optional(http, f"{path}http.", "response", dict, "an object") or {}
    status = optional(response, f"{path}http.response.", "status", int, "an HTTP status as a number")
    if status is not None and not 0 <= status <= _MAX_STATUS:
        raise InvalidField("InvalidStatus", f"{path}http.response.status is {shown(status)}; that is no HTTP status.")


def check_cause(document: Document, path: str) -> None:
    """Either the id of an exception, or an object with exceptions."""
    cause = document.get("cause")
    if isinstance(cause, str):
        return _check_hexadecimal(cause, f"{path}cause", "InvalidCause")
    cause = optional(document, path, "cause", dict, "an object, or the id of an exception") or {}
    exceptions = optional(cause, f"{path}cause.", "exceptions", list, "an array of exceptions") or []
    for number, exception in enumerate(exceptions):
        if not isinstance(exception, dict):
            where = f"{path}cause.exceptions[{number}]"
            raise InvalidField("InvalidCause", f"{where} is {shown(exception)}; an exception is an object.")
    return None


def _required(document: Document, path: str, name: str) -> Any:
    if document.get(name) is None:
        raise InvalidField(f"Missing{_camel(name)}", f"{path}{name} is missing.")
    return document[name]


def _check_hexadecimal(value: Any, where: str, code: str) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise InvalidField(code, f"{where} is {shown(value)}; 16 hexadecimal digits are expected.")


def _check_time(value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidField("InvalidTime", f"{where} is {shown(value)}; epoch seconds are expected.")


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
