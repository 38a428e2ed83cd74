"""JSON's leaves: base64, numbers or text for dates, words for the floats that JSON has no digits for."""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

import msgspec

from . import timestamps
from .document import Document, mismatch
from .errors import SerializationError


class JsonDocument(Document):
    """Reads and writes JSON bodies."""

    timestamp_format = "unixtimestamp"

    def encode_leaf(self, shape: Any, value: Any) -> Any:
        """Return the JSON value of a single value."""
        kind = shape.type_name
        if kind == "timestamp":
            return timestamps.write(value, shape.serialization.get("timestampFormat", self.timestamp_format))
        if kind == "blob":
            return base64.b64encode(super().encode_leaf(shape, value)).decode()
        return write_float(value) if kind in ("float", "double") else value

    def decode_blob(self, value: Any, where: str) -> bytes:
        """Return the bytes of base64 text."""
        if not isinstance(value, str):
            raise mismatch("blob", value, where)
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise SerializationError(f"The value of '{where}' is not valid base64.") from None


def write_float(value: float) -> float | str:
    """Return a number as JSON has it."""
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def parse(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; an empty body is an empty object. Raises SerializationError."""
    content = parse_value(body) if body.strip() else {}
    if not isinstance(content, dict):
        raise mismatch("structure", content, "")
    return content


def parse_value(body: bytes) -> Any:
    """Return the JSON value in `body`. Raises SerializationError."""
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        raise SerializationError(f"The request's body is not valid JSON: {error}.") from None


def dump(tree: Any) -> bytes:
    """Return `tree` as JSON text in UTF-8; what is not Unicode (a file name from a disk) is escaped."""
    try:
        return msgspec.json.encode(tree)
    except UnicodeEncodeError:
        return json.dumps(tree).encode()
