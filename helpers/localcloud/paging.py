"""Pages a list behind an opaque token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from .service import ServiceError

T = TypeVar("T")


def page(items: Sequence[T], token: str | None, size: int, error: str) -> tuple[list[T], str | None]:
    """Return the next `size` of `items` and the token for those after them (None: none are left).

    Raises ServiceError with code `error` for a token that we did not make.
    """
    start = _position(token, error) if token else 0
    rest = start + size
    return list(items[start:rest]), _token(rest) if rest < len(items) else None


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode()


def _position(token: str, error: str) -> int:
    try:
        kind, _, number = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if kind == "after" and number.isdigit():
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise ServiceError(error, "The token for the next page is not one that this call gave.")
