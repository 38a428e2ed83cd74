"""The functions of one row.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .relation import Relation
from .values import Kind, Value

_BLANKS = r"' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"
# Text that functions make is no longer than an event can be, or it is absent: a few nested calls could fill the memory.
_LONGEST = 262_144
# The greatest number of arguments.
_ANY = 100


Builder = Callable[[Relation, Sequence[Value]], Value]


@dataclass(frozen=True)
class Function:
    """How many arguments a function takes, and how it is computed of them; these may be written more than once."""

    least: int
    most: int
    build: Builder


def _numeric(sql: str) -> Builder:
    def build(relation: Relation, arguments: Sequence[Value]) -> Value:
        return relation.defined(f"{sql}({', '.join(map(relation.number, arguments))})")

    return build


def _textual(sql: str, kind: Kind = Kind.TEXT) -> Builder:
    """`sql` has {0}, {1} .. for the arguments as text."""

    def build(_: Relation, arguments: Sequence[Value]) -> Value:
        return Value(f"({sql.format(*(argument.text() for argument in arguments))})", kind)

    return build


def _trim(sql: str) -> Builder:
    def build(_: Relation, arguments: Sequence[Value]) -> Value:
        characters = arguments[1].text() if len(arguments) > 1 else _BLANKS
        return Value(f"{sql}({arguments[0].text()}, {characters})", Kind.TEXT)

    return build


def _concat(_: Relation, arguments: Sequence[Value]) -> Value:
    texts = [argument.text() for argument in arguments]
    length = " + ".join(f"coalesce(strlen({text}), 0)" for text in texts)
    return Value(f"(CASE WHEN {length} <= {_LONGEST} THEN concat({', '.join(texts)}) END)", Kind.TEXT)


def _replace(_: Relation, arguments: Sequence[Value]) -> Value:
    text, old, new = (argument.text() for argument in arguments)
    longest = f"strlen({text}) * greatest(1, strlen({new}))"
    return Value(f"(CASE WHEN {longest} <= {_LONGEST} THEN replace({text}, {old}, {new}) END)", Kind.TEXT)


def _substr(relation: Relation, arguments: Sequence[Value]) -> Value:
    """Positions are counted from 0."""
    text, start, *length = arguments
    first = f"greatest(TRY_CAST({relation.number(start)} AS BIGINT), 0) + 1"
    count = f", greatest(TRY_CAST({relation.number(length[0])} AS BIGINT), 0)" if length else ""
    return Value(f"TRY(substr({text.text()}, {first}{count}))", Kind.TEXT)


def _coalesce(_: Relation, arguments: Sequence[Value]) -> Value:
    kinds = {argument.kind for argument in arguments}
    if len(kinds) == 1:
        return Value(f"coalesce({', '.join(argument.sql for argument in arguments)})", kinds.pop())
    return Value(f"coalesce({', '.join(argument.text() for argument in arguments)})", Kind.TEXT)


def _strlen(_: Relation, arguments: Sequence[Value]) -> Value:
    return Value(f"CAST(length({arguments[0].text()}) AS DOUBLE)", Kind.NUMBER)


def _from_millis(_: Relation, arguments: Sequence[Value]) -> Value:
    return Value(arguments[0].millis(), Kind.TIME)


def _to_millis(relation: Relation, arguments: Sequence[Value]) -> Value:
    return Value(relation.number(arguments[0]), Kind.NUMBER)


FUNCTIONS = {
    "abs": Function(1, 1, _numeric("abs")),
    "ceil": Function(1, 1, _numeric("ceil")),
    "floor": Function(1, 1, _numeric("floor")),
    "greatest": Function(1, _ANY, _numeric("greatest")),
    "least": Function(1, _ANY, _numeric("least")),
    "log": Function(1, 1, _numeric("ln")),
    "sqrt": Function(1, 1, _numeric("sqrt")),
    "ispresent": Function(1, 1, _textual("{0} IS NOT NULL", Kind.BOOLEAN)),
    "isempty": Function(1, 1, _textual("coalesce({0}, '') = ''", Kind.BOOLEAN)),
    "isblank": Function(1, 1, _textual(f"trim(coalesce({{0}}, ''), {_BLANKS}) = ''", Kind.BOOLEAN)),
    "coalesce": Function(1, _ANY, _coalesce),
    "concat": Function(1, _ANY, _concat),
    "trim": Function(1, 2, _trim("trim")),
    "ltrim": Function(1, 2, _trim("ltrim")),
    "rtrim": Function(1, 2, _trim("rtrim")),
    "strlen": Function(1, 1, _strlen),
    "toupper": Function(1, 1, _textual("upper({0})")),
    "tolower": Function(1, 1, _textual("lower({0})")),
    "substr": Function(2, 3, _substr),
    "replace": Function(3, 3, _replace),
    "strcontains": Function(2, 2, _textual("contains({0}, {1})", Kind.BOOLEAN)),
    "frommillis": Function(1, 1, _from_millis),
    "tomillis": Function(1, 1, _to_millis),
}
# These take a period, which is no value.
PERIODIC = {"bin": 1, "datefloor": 2, "dateceil": 2}
_WRITTEN = {"frommillis": "fromMillis", "tomillis": "toMillis", "ispresent": "isPresent"}
NAMES = [_WRITTEN.get(name, name) for name in sorted([*FUNCTIONS, *PERIODIC])]
