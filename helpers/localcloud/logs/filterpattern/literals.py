"""What selectors and fields are compared with: texts with wildcards, numbers, regular expressions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from .errors import PatternError
from .regex import compile_regex

# Of a value taken from an event, as text and (if it is one) as number.
Test = Callable[[str, "float | None"], bool]
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def unquote(token: str) -> str:
    """Return the text of a token in double quotes; a backslash protects a quote or a backslash."""
    return re.sub(r'\\(["\\])', r"\1", token[1:-1])


def number_of(text: str) -> float | None:
    """Return the number that `text` is, or None."""
    return float(text) if _NUMBER.fullmatch(text) else None


def comparison(operator_: str, token: Any) -> Test:
    """Return the test "value `operator_` literal". Raises PatternError if the literal cannot be compared so."""
    negated = operator_ == "!="
    if token.type == "REGEX":
        _only_equality(operator_, token, "a regular expression")
        regex = compile_regex(str(token), line=token.line, column=token.column)
        return lambda text, _: regex.within(text) != negated
    if operator_ in _ORDER:
        return _ordered(operator_, token)
    return _not(_equal(token)) if negated else _equal(token)


def _ordered(operator_: str, token: Any) -> Test:
    number = number_of(str(token)) if token.type == "BARE" else None
    if number is None:
        _only_equality(operator_, token, f"{token}, which is no number,")
    limit, compare = number or 0.0, _ORDER[operator_]
    return lambda _, value: value is not None and compare(value, limit)


def _equal(token: Any) -> Test:
    literal = unquote(str(token)) if token.type == "STRING" else str(token)
    number = number_of(literal) if token.type == "BARE" else None
    if number is not None:
        return lambda text, value: text == literal or value == number
    return _text_test(literal)


def _text_test(literal: str) -> Test:
    """A star at the beginning or the end stands for any text; one in the middle for itself."""
    core = literal.strip("*") if literal.strip("*") else ""
    starts, ends = literal.startswith("*"), literal.endswith("*")
    if not core and literal:
        return lambda text, _: True
    if starts and ends:
        return lambda text, _: core in text
    if starts:
        return lambda text, _: text.endswith(core)
    if ends:
        return lambda text, _: text.startswith(core)
    return lambda text, _: text == literal


def _not(test: Test) -> Test:
    return lambda text, value: not test(text, value)


def _only_equality(operator_: str, token: Any, what: str) -> None:
    if operator_ not in ("=", "!="):
        raise PatternError(
            f"{what} can be compared with = and != only, not with {operator_}.", line=token.line, column=token.column
        )
