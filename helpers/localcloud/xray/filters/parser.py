"""Reads a filter expression into its tree, and says where one cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from .values import FLAGS, LACKING, NUMBERS, TEXTS

_GRAMMAR = Path(__file__).with_name("filter.lark")
_SHOWN = 60
_WORDS = {
    "KEYWORD": "a keyword",
    "ANNOTATION": "annotation[key]",
    "SERVICE": 'service("name")',
    "EDGE": 'edge("from", "to")',
    "ID": 'id(name: "...")',
    "STRING": 'a "string"',
    "NUMBER": "a number",
    "COMPARISON": "an operator (= != < <= > >=)",
    "TRUE": "true",
    "FALSE": "false",
    "LPAR": "'('",
    "RPAR": "')'",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "BANG": "'!'",
    "COLON": "':'",
    "COMMA": "','",
    "$END": "the end",
}


class FilterError(Exception):
    """An expression that cannot be read; the text says where and why."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"at line {line}, column {column}: {reason}")


def parse(expression: str) -> Tree[Token]:
    """Return the tree of `expression`. Raises FilterError."""
    try:
        tree = _parser().parse(expression)
    except UnexpectedCharacters as error:
        raise FilterError(f"{error.char!r} makes no sense here", error.line, error.column) from None
    except UnexpectedToken as error:
        raise _lacking(expression) or _misplaced(error, expression) from None
    except UnexpectedInput as error:
        raise FilterError("the expression cannot be read", error.line, error.column) from None
    _refuse_nesting(tree)
    return tree


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR.read_text(), parser="lalr", maybe_placeholders=True)


def _lacking(expression: str) -> FilterError | None:
    """Root causes have a syntax of their own: the keyword is what is refused, not the first odd token after it."""
    try:
        tokens = [token for token in _parser().lex(expression) if token.type == "KEYWORD"]
    except UnexpectedInput:
        return None
    return next((no_keyword(token) for token in tokens if is_lacking(token)), None)


def is_lacking(keyword: str) -> bool:
    """Return whether AWS has the keyword and the local cloud does not."""
    return keyword.lower().partition(".")[0] in LACKING


def no_keyword(token: Token) -> FilterError:
    """Return the refusal of a keyword that is not known here."""
    if is_lacking(token):
        return FilterError(f"the local cloud does not have '{token[:_SHOWN]}', which AWS has", *position(token))
    known = ", ".join(sorted(FLAGS | NUMBERS | TEXTS))
    return FilterError(f"'{token[:_SHOWN]}' is no keyword; known are {known}, annotation[key]", *position(token))


def _misplaced(error: UnexpectedToken, expression: str) -> FilterError:
    expected = _expected(error.accepts or error.expected)
    if error.token.type != "$END":
        reason = f"'{error.token[:_SHOWN]}' stands where {expected} is expected"
        return FilterError(reason, error.line, error.column)
    lines = expression.splitlines() or [""]
    return FilterError(f"the expression ends where {expected} is expected", len(lines), len(lines[-1]) + 1)


def _expected(names: Iterable[str]) -> str:
    words = sorted(_WORDS.get(name, name) for name in names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _refuse_nesting(tree: Tree[Token]) -> None:
    """What stands in braces is asked of one request, which has no services of its own."""
    for block in tree.find_data("block"):
        for inner in block.find_pred(lambda part: part.data in ("service", "edge")):
            raise FilterError(f"{inner.data}(...) cannot stand within braces", *position(inner.children[0]))


def position(token: Token | Tree[Token]) -> tuple[int, int]:
    """Return line and column of `token`, from 1."""
    assert isinstance(token, Token)
    return token.line or 1, token.column or 1
