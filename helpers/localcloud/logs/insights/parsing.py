"""Reads a query text into commands. The grammar is in insights.lark."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from lark import (
    Lark,
    Token,
    Transformer_NonRecursive,
    Tree,
    UnexpectedCharacters,
    UnexpectedEOF,
    UnexpectedInput,
    v_args,
)
from lark.exceptions import UnexpectedToken

from . import language, literals, refused
from .errors import MalformedQuery
from .language import Command, Expression, Field, Item, Span

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
    commands: list[Command] = _Reader(query).transform(tree)
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


def _span(tree: Tree[Any]) -> Span:
    return (tree.meta.start_pos, tree.meta.end_pos)


def _of(token: Token) -> Span:
    return (token.start_pos or 0, token.end_pos or 0)


def _field(token: Token) -> Field:
    return Field(literals.name(token), span=_of(token))


@v_args(tree=True)
class _Reader(Transformer_NonRecursive[Token, Any]):
    """Makes commands of the parser's tree."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self._query = query

    def start(self, tree: Tree[Any]) -> list[Command]:
        return list(tree.children)

    def fields(self, tree: Tree[Any]) -> Command:
        return language.Fields(tuple(tree.children[1:]), span=_span(tree))

    def display(self, tree: Tree[Any]) -> Command:
        return language.Display(tuple(tree.children[1:]), span=_span(tree))

    def filter(self, tree: Tree[Any]) -> Command:
        return language.Filter(tree.children[1], span=_span(tree))

    def stats(self, tree: Tree[Any]) -> Command:
        _, *items, groups = tree.children
        return language.Stats(tuple(items), groups or (), span=_span(tree))

    def by(self, tree: Tree[Any]) -> tuple[Item, ...]:
        return tuple(tree.children[1:])

    def sort(self, tree: Tree[Any]) -> Command:
        return language.Sort(tuple(tree.children[1:]), span=_span(tree))

    def sort_key(self, tree: Tree[Any]) -> language.SortKey:
        expression, direction = tree.children
        return language.SortKey(expression, direction is not None and direction.type == "DESC", span=_span(tree))

    def limit(self, tree: Tree[Any]) -> Command:
        return language.Limit(int(tree.children[1]), span=_of(tree.children[1]))

    def dedup(self, tree: Tree[Any]) -> Command:
        return language.Dedup(tuple(map(_field, tree.children[1:])), span=_span(tree))

    def source(self, tree: Tree[Any]) -> Field:
        return _field(tree.children[0])

    def names(self, tree: Tree[Any]) -> tuple[str, ...]:
        return tuple(map(literals.name, tree.children))

    def parse_glob(self, tree: Tree[Any]) -> Command:
        _, source, pattern, _, names = tree.children
        return language.ParseGlob(source or Field("@message"), literals.text(pattern), names, span=_of(pattern))

    def parse_regex(self, tree: Tree[Any]) -> Command:
        _, source, pattern = tree.children
        return language.ParseRegex(source or Field("@message"), literals.regex(pattern), span=_of(pattern))

    def item(self, tree: Tree[Any]) -> Item:
        expression, keyword, name = tree.children
        end = tree.meta.end_pos if keyword is None else keyword.start_pos
        written = self._query[tree.meta.start_pos : end].strip()
        label = expression.name if isinstance(expression, Field) else written
        alias = None if name is None else literals.name(name)
        return Item(expression, alias, alias or label, span=_span(tree))

    def disjunction(self, tree: Tree[Any]) -> Expression:
        return language.Combined("OR", tuple(tree.children[::2]), span=_span(tree))

    def conjunction(self, tree: Tree[Any]) -> Expression:
        return language.Combined("AND", tuple(tree.children[::2]), span=_span(tree))

    def negated(self, tree: Tree[Any]) -> Expression:
        return language.Negated(tree.children[1], span=_span(tree))

    def compared(self, tree: Tree[Any]) -> Expression:
        left, operator, right = tree.children
        return language.Compared(str(operator), left, right, span=_span(tree))

    def matched(self, tree: Tree[Any]) -> Expression:
        is_regex = tree.children[-1].type == "REGEX"
        read = literals.regex if is_regex else literals.text
        return language.Matched(tree.children[0], read(tree.children[-1]), is_regex, span=_of(tree.children[-1]))

    def unmatched(self, tree: Tree[Any]) -> Expression:
        return language.Negated(self.matched(tree), span=_span(tree))

    def list(self, tree: Tree[Any]) -> tuple[Expression, ...]:
        return tuple(tree.children)

    def contained(self, tree: Tree[Any]) -> Expression:
        return language.Contained(tree.children[0], tree.children[-1], span=_span(tree))

    def uncontained(self, tree: Tree[Any]) -> Expression:
        return language.Negated(self.contained(tree), span=_span(tree))

    def arithmetic(self, tree: Tree[Any]) -> Expression:
        left, operator, right = tree.children
        return language.Arithmetic(str(operator), left, right, span=_span(tree))

    def minus(self, tree: Tree[Any]) -> Expression:
        return language.Arithmetic("-", language.Number("0"), tree.children[1], span=_span(tree))

    def number(self, tree: Tree[Any]) -> Expression:
        return language.Number(str(tree.children[0]), span=_span(tree))

    def text(self, tree: Tree[Any]) -> Expression:
        return language.Text(literals.text(tree.children[0]), span=_span(tree))

    def field(self, tree: Tree[Any]) -> Expression:
        return _field(tree.children[0])

    def duration(self, tree: Tree[Any]) -> Expression:
        return language.Duration(str(tree.children[0]), span=_span(tree))

    def everything(self, tree: Tree[Any]) -> Expression:
        return language.Everything(span=_span(tree))

    def call(self, tree: Tree[Any]) -> Expression:
        name, _, *arguments, _ = tree.children
        return language.Call(name.lower(), tuple(a for a in arguments if a is not None), span=_span(tree))
