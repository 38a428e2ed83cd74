"""What is wrong with an expression."""

from __future__ import annotations

from typing import Any


class MathError(Exception):
    """An expression cannot be read or evaluated; the message says where and why."""


def unreadable(text: str, error: Any, what: str) -> MathError:
    """Return the error for a syntax error of lark: its place in `text` and what would be right there."""
    column = getattr(error, "column", None)
    ended = getattr(getattr(error, "token", None), "type", "") == "$END"
    if ended or not isinstance(column, int) or column < 1:
        return MathError(f"The {what} '{text}' ends too early: something is missing at its end.")
    place = text[column - 1 : column + 15]
    return MathError(f"The {what} '{text}' cannot be read at column {column}: {place!r} is not expected there.")
