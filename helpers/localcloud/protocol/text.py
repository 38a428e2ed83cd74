"""Single values as text: in a URI, a header, a form, or an XML element."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from . import timestamps
from .errors import SerializationError
from .json_document import write_float

_NUMBERS: dict[str, type[int] | type[float]] = {"integer": int, "long": int, "float": float, "double": float}
_FLAGS = {"true": True, "false": False}


def read_text(shape: Any, text: str, where: str) -> Any:
    """Return the value that `text` tells. Raises SerializationError, naming the place `where` it is."""
    kind = shape.type_name
    if kind not in _NUMBERS and kind not in ("boolean", "timestamp", "blob"):
        return text
    try:
        return _read(kind, text)
    except (ValueError, KeyError, binascii.Error):
        raise SerializationError(f"The value '{text}' of '{where}' is not a valid {kind}.") from None


def _read(kind: str, text: str) -> Any:
    if kind in _NUMBERS:
        return _NUMBERS[kind](text)
    if kind == "boolean":
        return _FLAGS[text.strip().lower()]
    if kind == "timestamp":
        return timestamps.read(text)
    return base64.b64decode(text, validate=True)


def write_text(shape: Any, value: Any, timestamp_format: str = "iso8601") -> str:
    """Return `value` as text; `timestamp_format` holds unless the shape names one."""
    kind = shape.type_name
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return str(timestamps.write(value, shape.serialization.get("timestampFormat", timestamp_format)))
    if kind == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else bytes(value)).decode()
    return str(write_float(value)) if kind in ("float", "double") else str(value)
