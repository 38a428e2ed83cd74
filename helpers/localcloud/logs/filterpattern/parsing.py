"""Reads a pattern by its grammar; what cannot be read is said with position and reason."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from .errors import PatternError, expected


def parse(grammar: str, text: str) -> Any:
    """Return the tree of `text` by the grammar `grammar`.lark. Raises PatternError."""
    from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        return _parser(grammar).parse(text)
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedToken):
            names, found = set(error.accepts or error.expected), _shown(str(error.token), error.token.type)
        else:
            assert isinstance(error, UnexpectedCharacters)
            names, found = set(error.allowed or ()), _shown(error.char, "")
        line, column = _position(error, text)
        raise PatternError(
            f"{found} is unexpected; expected {expected(names)}.{_advice(grammar, found)}", line=line, column=column
        ) from None


def _position(error: Any, text: str) -> tuple[int, int]:
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":  # has the position of the token before it
        lines = text.split("\n")
        return len(lines), len(lines[-1]) + 1
    return error.line, error.column


def _shown(text: str, kind: str) -> str:
    return "the end of the pattern" if kind == "$END" else f"'{text}'"


def _advice(grammar: str, found: str) -> str:
    if grammar == "terms" and not found.startswith("the end"):
        return " A term with other characters than letters, digits and underscores stands in double quotes."
    return ""


@cache
def _parser(grammar: str) -> Any:
    from lark import Lark

    source = files(__package__).joinpath(f"{grammar}.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", propagate_positions=True, maybe_placeholders=False)
