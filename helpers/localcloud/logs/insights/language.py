"""What a query says, as data: commands and expressions, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Offsets of the first character and of the one after the last."""


@dataclass(frozen=True)
class Node:
    """A part of the query; equal to another that says the same somewhere else."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True)
class Field(Node):
    """A field by name, without backticks: "@timestamp", "user.id", "tags.0"."""

    name: str


@dataclass(frozen=True)
class Text(Node):
    """A string literal."""

    value: str


@dataclass(frozen=True)
class Number(Node):
    """A number as it is written; it is not negative."""

    digits: str


@dataclass(frozen=True)
class Duration(Node):
    """A period as it is written ("5m"); an argument only."""

    text: str


@dataclass(frozen=True)
class Everything(Node):
    """The star of count(*); an argument only."""


@dataclass(frozen=True)
class Call(Node):
    """A function with its arguments; `name` is in lower case, `written` as the query has it."""

    name: str
    arguments: tuple[Expression, ...]
    written: str = field(default="", compare=False)


@dataclass(frozen=True)
class Arithmetic(Node):
    """`operator` is one of + - * / % ^."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Compared(Node):
    """`operator` is one of = != < <= > >=."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Matched(Node):
    """like and =~: the pattern is a part of the text or, between slashes, a regular expression."""

    operand: Expression
    pattern: str
    is_regex: bool


@dataclass(frozen=True)
class Contained(Node):
    """in [..]."""

    operand: Expression
    members: tuple[Expression, ...]


@dataclass(frozen=True)
class Negated(Node):
    """not."""

    operand: Expression


@dataclass(frozen=True)
class Combined(Node):
    """`operator` ("AND", "OR") between all the operands."""

    operator: str
    operands: tuple[Expression, ...]


Expression: TypeAlias = (
    Field
    | Text
    | Number
    | Duration
    | Everything
    | Call
    | Arithmetic
    | Compared
    | Matched
    | Contained
    | Negated
    | Combined
)


@dataclass(frozen=True)
class Item(Node):
    """An expression in a list, its alias, and the name that it has in the results."""

    expression: Expression
    alias: str | None
    label: str


@dataclass(frozen=True)
class Fields(Node):
    """fields."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Display(Node):
    """display."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Filter(Node):
    """filter."""

    condition: Expression


@dataclass(frozen=True)
class Stats(Node):
    """stats .. by .."""

    items: tuple[Item, ...]
    groups: tuple[Item, ...]


@dataclass(frozen=True)
class SortKey(Node):
    """One key of sort."""

    expression: Expression
    descending: bool


@dataclass(frozen=True)
class Sort(Node):
    """sort."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True)
class Limit(Node):
    """limit."""

    count: int


@dataclass(frozen=True)
class ParseGlob(Node):
    """parse with stars; each star gives the field of the same place in `names`."""

    source: Field
    pattern: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ParseRegex(Node):
    """parse with a regular expression whose named groups give the fields."""

    source: Field
    pattern: str


@dataclass(frozen=True)
class Dedup(Node):
    """dedup."""

    fields: tuple[Field, ...]


Command: TypeAlias = Fields | Display | Filter | Stats | Sort | Limit | ParseGlob | ParseRegex | Dedup


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions that `expression` is made of."""
    match expression:
        case Call(arguments=parts) | Combined(operands=parts):
            return parts
        case Arithmetic(left=left, right=right) | Compared(left=left, right=right):
            return (left, right)
        case Matched(operand=operand) | Negated(operand=operand):
            return (operand,)
        case Contained(operand=operand, members=members):
            return (operand, *members)
        case _:
            return ()


def calls(expression: Expression) -> Iterator[Call]:
    """Yield every call in `expression`, the outer ones first."""
    if isinstance(expression, Call):
        yield expression
    for part in children(expression):
        yield from calls(part)
