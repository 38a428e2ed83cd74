"""Reads a query text into commands. The grammar is in insights.lark."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from lark import (
    Lark,
    Token,
    Tree,
    UnexpectedCharacters,
    UnexpectedEOF,
    UnexpectedInput,
)
from lark.exceptions import UnexpectedToken

from . import refused
from .errors import MalformedQuery
from .language import Command
from .reading import Reader

# Deeper than any query a person writes, and shallow enough for everything that walks the tree.
_MOST_LEVELS = 60
_WORD = re.compile(r"[@\w.]+|\S")
_READABLE = {
    "NAME": "a field",
    "NUMBER": "a number",
    "INTEGER": "a number",
    "STRING": "a string in quotes",
    "REGEX": "a regular expression between slashes",
    "DURATION": "a period such as 5m",
    "COMPARISON": "a comparison (= != < <= > >=)",
    "MATCHES": "=~",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
    "PERCENT": "%",
    "CARET": "^",
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": "a comma",
    "VBAR": "the next command after |",
    "$END": "the end of the query",
}


def parse(query: str) -> list[Command]:
    """Return the commands of `query`. Raises MalformedQuery with the place and what was expected there."""
    if not re.sub(r"#[^\n]*", "", query).strip():
        raise MalformedQuery("The query is empty; expected a command such as fields @timestamp, @message.", (0, 0))
    try:
        tree = _grammar().parse(query)
    except UnexpectedInput as error:
        _refuse(query, error)
    _check_depth(tree)
    commands: list[Command] = Reader(query).transform(tree)
    return commands


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    path = Path(__file__).with_name("insights.lark")
    return Lark(path.read_text(encoding="utf-8"), parser="lalr", propagate_positions=True, maybe_placeholders=True)


def _refuse(query: str, error: UnexpectedInput) -> NoReturn:
    start = len(query.rstrip()) if _at_end(error) else error.pos_in_stream or 0
    word = found[0] if (found := _WORD.match(query, start)) else ""
    span = (start, start + len(word))
    before = re.sub(r"#[^\n]*", "", query[:start]).rstrip()
    if re.match(r"[^\W\d]", word) and (not before or before.endswith("|")):
        raise MalformedQuery(refused.command(word), span) from None
    if word == "(" and re.search(r"\bin$", before, re.IGNORECASE):
        raise MalformedQuery("Expected a list in brackets after in; subqueries are not built here.", span) from None
    raise MalformedQuery(f"Found {_quoted(query, start, word)}, expected {_expected(error)}.", span) from None


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END")


def _quoted(query: str, start: int, word: str) -> str:
    if start >= len(query.rstrip()):
        return "the end of the query"
    if word in ("'", '"', "`"):
        return f"{word} without the {word} that ends it"
    return f'"{word[:60]}"'


def _expected(error: UnexpectedInput) -> str:
    names: set[str] = set()
    if isinstance(error, UnexpectedCharacters):
        names = set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
    words = sorted({_READABLE.get(name, name.lower()) for name in names if not name.startswith("__")})
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "something else"


def _check_depth(tree: Tree[Token]) -> None:
    level = [tree]
    for _ in range(_MOST_LEVELS):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return
    span = (level[0].meta.start_pos, level[0].meta.end_pos) if not level[0].meta.empty else (0, 0)
    raise MalformedQuery(f"Expressions are nested more than {_MOST_LEVELS} deep; split them with fields .. as.", span)
