"""@ptr: names one log event."""

from __future__ import annotations

import base64
import binascii


def pointer(stream: int, number: int) -> str:
    """Return the pointer to the event `number` of `stream`."""
    return base64.b64encode(f"{stream}:{number}".encode()).decode()


def event(text: str) -> tuple[int, int] | None:
    """Return stream and number of the event that `text` points to, or None if it is no pointer."""
    try:
        stream, _, number = base64.b64decode(text.encode(), validate=True).decode().partition(":")
        found = int(stream), int(number)
    except (binascii.Error, ValueError):
        return None
    return found if all(abs(part) < 2**63 for part in found) else None
