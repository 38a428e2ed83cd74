"""Reads the tokens of a query: names with backticks, strings with escapes, regular expressions between slashes."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


def name(token: str) -> str:
    """Return the field that `token` names: user.`first-name` is user.first-name."""
    return token.replace("`", "")


def text(token: str) -> str:
    """Return what the string literal `token` (with its quotes) says; an unknown escape stays as it is written."""
    return re.sub(r"\\(.)", _unescape, token[1:-1], flags=re.DOTALL)


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[0])


def regex(token: str) -> str:
    """Return the expression of `token` (with its slashes) as RE2 reads it: groups are named (?P<name>..)."""
    return re.sub(r"(?<!\\)\(\?<(?=[A-Za-z_])", "(?P<", token[1:-1].replace("\\/", "/"))
