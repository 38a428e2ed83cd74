"""Makes commands of the tree that the grammar of insights.lark gives; each method has the name of a rule."""

from __future__ import annotations

from typing import Any, Protocol

from lark import Token, Transformer_NonRecursive, v_args

from . import language, literals
from .language import Command, Expression, Field, Item, Span


class Parsed(Protocol):
    """A node of lark's tree whose parts are made already."""

    children: list[Any]
    meta: Any


def _span(tree: Parsed) -> Span:
    return (tree.meta.start_pos, tree.meta.end_pos)


def _of(token: Token) -> Span:
    return (token.start_pos or 0, token.end_pos or 0)


def _field(token: Token) -> Field:
    return Field(literals.name(token), span=_of(token))


@v_args(tree=True)
class Reader(Transformer_NonRecursive[Token, Any]):
    """Makes the commands of one query text, from the leaves up and without recursion."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self._query = query

    def start(self, tree: Parsed) -> list[Command]:
        return list(tree.children)

    def fields(self, tree: Parsed) -> Command:
        return language.Fields(tuple(tree.children[1:]), span=_span(tree))

    def display(self, tree: Parsed) -> Command:
        return language.Display(tuple(tree.children[1:]), span=_span(tree))

    def filter(self, tree: Parsed) -> Command:
        return language.Filter(tree.children[1], span=_span(tree))

    def stats(self, tree: Parsed) -> Command:
        _, *items, groups = tree.children
        return language.Stats(tuple(items), groups or (), span=_span(tree))

    def by(self, tree: Parsed) -> tuple[Item, ...]:
        return tuple(tree.children[1:])

    def sort(self, tree: Parsed) -> Command:
        return language.Sort(tuple(tree.children[1:]), span=_span(tree))

    def sort_key(self, tree: Parsed) -> language.SortKey:
        expression, direction = tree.children
        return language.SortKey(expression, direction is not None and direction.type == "DESC", span=_span(tree))

    def limit(self, tree: Parsed) -> Command:
        # Python reads no integer of thousands of digits; any with seven is above the greatest limit.
        return language.Limit(int(tree.children[1][:7]), span=_of(tree.children[1]))

    def dedup(self, tree: Parsed) -> Command:
        return language.Dedup(tuple(map(_field, tree.children[1:])), span=_span(tree))

    def source(self, tree: Parsed) -> Field:
        return _field(tree.children[0])

    def names(self, tree: Parsed) -> tuple[str, ...]:
        return tuple(map(literals.name, tree.children))

    def parse_glob(self, tree: Parsed) -> Command:
        _, source, pattern, _, names = tree.children
        return language.ParseGlob(source or Field("@message"), literals.text(pattern), names, span=_of(pattern))

    def parse_regex(self, tree: Parsed) -> Command:
        _, source, pattern = tree.children
        return language.ParseRegex(source or Field("@message"), literals.regex(pattern), span=_of(pattern))

    def item(self, tree: Parsed) -> Item:
        expression, keyword, name = tree.children
        end = tree.meta.end_pos if keyword is None else keyword.start_pos
        written = self._query[tree.meta.start_pos : end].strip()
        label = expression.name if isinstance(expression, Field) else written
        alias = None if name is None else literals.name(name)
        return Item(expression, alias, alias or label, span=_span(tree))

    def disjunction(self, tree: Parsed) -> Expression:
        return language.Combined("OR", tuple(tree.children[::2]), span=_span(tree))

    def conjunction(self, tree: Parsed) -> Expression:
        return language.Combined("AND", tuple(tree.children[::2]), span=_span(tree))

    def negated(self, tree: Parsed) -> Expression:
        return language.Negated(tree.children[1], span=_span(tree))

    def compared(self, tree: Parsed) -> Expression:
        left, operator, right = tree.children
        return language.Compared(str(operator), left, right, span=_span(tree))

    def matched(self, tree: Parsed) -> Expression:
        is_regex = tree.children[-1].type == "REGEX"
        read = literals.regex if is_regex else literals.text
        return language.Matched(tree.children[0], read(tree.children[-1]), is_regex, span=_of(tree.children[-1]))

    def unmatched(self, tree: Parsed) -> Expression:
        return language.Negated(self.matched(tree), span=_span(tree))

    def list(self, tree: Parsed) -> tuple[Expression, ...]:
        return tuple(tree.children)

    def contained(self, tree: Parsed) -> Expression:
        return language.Contained(tree.children[0], tree.children[-1], span=_span(tree))

    def uncontained(self, tree: Parsed) -> Expression:
        return language.Negated(self.contained(tree), span=_span(tree))

    def arithmetic(self, tree: Parsed) -> Expression:
        left, operator, right = tree.children
        return language.Arithmetic(str(operator), left, right, span=_span(tree))

    def minus(self, tree: Parsed) -> Expression:
        return language.Arithmetic("-", language.Number("0"), tree.children[1], span=_span(tree))

    def number(self, tree: Parsed) -> Expression:
        return language.Number(str(tree.children[0]), span=_span(tree))

    def text(self, tree: Parsed) -> Expression:
        return language.Text(literals.text(tree.children[0]), span=_span(tree))

    def field(self, tree: Parsed) -> Expression:
        return _field(tree.children[0])

    def duration(self, tree: Parsed) -> Expression:
        return language.Duration(str(tree.children[0]), span=_span(tree))

    def everything(self, tree: Parsed) -> Expression:
        return language.Everything(span=_span(tree))

    def call(self, tree: Parsed) -> Expression:
        name, _, *arguments, _ = tree.children
        given = tuple(argument for argument in arguments if argument is not None)
        return language.Call(name.lower(), given, str(name), span=_span(tree))
