"""CBOR (RFC 8949), as far as Smithy's RPC v2 uses it; the reader is botocore's."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from . import timestamps
from .document import mismatch
from .errors import SerializationError

_SIZES = ((24, 1), (25, 2), (26, 4), (27, 8))
_BYTES, _TEXT, _LIST, _MAP, _EPOCH_TAG, _DOUBLE = 2, 3, 4, 5, b"\xc1", b"\xfb"


def parse(body: bytes) -> dict[str, Any]:
    """Return the map in `body`; an empty body is an empty map. Raises SerializationError."""
    if not body:
        return {}
    stream = _Stream(body)
    try:
        content = _parser().parse_data_item(stream)
    except Exception as error:  # botocore's reader trusts its input: bytes from anywhere fail in many ways
        raise SerializationError(f"The request's body is not valid CBOR: {error}.") from None
    if stream.peek(1):
        raise SerializationError("The request's body is not valid CBOR: something follows the first item.")
    if not isinstance(content, dict):
        raise mismatch("structure", content, "")
    return content


class _Stream(io.BytesIO):
    """Bytes that can be looked at ahead; unlike BufferedReader it never allocates what a length merely claims."""

    def peek(self, size: int) -> bytes:
        return self.getbuffer()[self.tell() : self.tell() + size].tobytes()


@lru_cache(1)
def _parser() -> Any:
    from botocore.parsers import RpcV2CBORParser

    return RpcV2CBORParser(timestamp_parser=timestamps.read)


def dump(value: Any) -> bytes:
    """Return `value` (a tree of plain values, datetimes and bytes) as CBOR."""
    kind = next(kind for kind in type(value).__mro__ if kind in _WRITERS)
    return _WRITERS[kind](value)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for information, size in _SIZES:
        if number < 1 << 8 * size:
            return bytes([kind << 5 | information]) + number.to_bytes(size, "big")
    raise OverflowError(f"{number} does not fit into the 64 bits that CBOR has for a whole number")


def _whole(value: int) -> bytes:
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _map(value: dict[str, Any]) -> bytes:
    return _head(_MAP, len(value)) + b"".join(dump(part) for item in value.items() for part in item)


def _text(value: str) -> bytes:
    encoded = value.encode(errors="replace")
    return _head(_TEXT, len(encoded)) + encoded


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"\xf6",
    bool: lambda value: b"\xf5" if value else b"\xf4",
    int: _whole,
    float: lambda value: _DOUBLE + struct.pack(">d", value),
    str: _text,
    bytes: lambda value: _head(_BYTES, len(value)) + value,
    list: lambda value: _head(_LIST, len(value)) + b"".join(map(dump, value)),
    dict: _map,
    datetime: lambda value: _EPOCH_TAG + dump(timestamps.epoch_seconds(value)),
}
