"""Reads an expression into a tree."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import unreadable

_GRAMMAR = Path(__file__).with_name("expression.lark")


@lru_cache(1)
def _parser() -> Any:
    from lark import Lark

    return Lark(_GRAMMAR.read_text(encoding="utf-8"), parser="lalr", maybe_placeholders=False)


@lru_cache(1024)
def parse(text: str) -> Any:
    """Return the tree of `text`. Raises MathError that names the place."""
    from lark.exceptions import UnexpectedInput

    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise unreadable(text, error, "expression") from None


def names_in(text: str) -> set[str]:
    """Return the ids of the queries that `text` uses. Raises MathError."""
    tree = parse(text)
    return {str(found.children[0]) for found in tree.find_data("name") if str(found.children[0]) not in WORDS}


# Words that functions take as arguments.
WORDS = frozenset({"REPEAT", "LINEAR", "ASC", "DESC"})
