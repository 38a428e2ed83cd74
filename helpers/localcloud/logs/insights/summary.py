"""stats: rows become groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import aggregates
from .environment import Environment
from .errors import MalformedQuery
from .expressions import Expressions
from .language import Call, Expression, Field, Item, Stats, calls
from .ordering import of_key
from .relation import Relation
from .values import Value


@dataclass(frozen=True)
class Summary:
    """What there is after stats: the fields, the columns of the results, and their order until it is asked for."""

    environment: Environment
    columns: dict[str, Value]
    order: list[str]


def summarise(relation: Relation, before: Environment, command: Stats) -> Summary:
    """Add the grouping of `command` to `relation`. Groups of no events are no rows. Raises MalformedQuery."""
    groups = _groups(relation, before, command.groups)
    totals = _totals(relation, before, [item.expression for item in command.items])
    names = ", ".join(value.sql for value in groups.values())
    columns = list(dict.fromkeys(value.sql for value in groups.values()))
    columns += [f"{sql} AS {column.sql}" for sql, column in totals.values()]
    if not columns:
        raise MalformedQuery("stats takes functions such as count(*) or avg(field).", command.span)
    grouping = f"GROUP BY {names}" if groups else "HAVING count(*) > 0"
    relation.step(f"SELECT {', '.join(columns)} FROM {{rows}} {grouping}")
    after = Environment(relation, {}, discovers=False)
    after.computed.update({item.expression: groups[item] for item in command.groups})
    after.computed.update({call: column for call, (_, column) in totals.items()})
    return _summary(relation, after, command, groups)


def _groups(relation: Relation, before: Environment, items: Iterable[Item]) -> dict[Item, Value]:
    """Give each group a column that the rows have by name."""
    expressions = Expressions(relation, before)
    return {item: _own_column(relation, expressions.value(item.expression)) for item in items}


def _own_column(relation: Relation, value: Value) -> Value:
    return value if value.sql.isidentifier() else relation.bind(Value(value.sql, value.kind))


def _totals(
    relation: Relation, before: Environment, expressions: Iterable[Expression]
) -> dict[Call, tuple[str, Value]]:
    """Return SQL and column of each summarising function; what it summarises is computed in a step before."""
    rows = Expressions(relation, before)
    found: dict[Call, tuple[str, Value]] = {}
    for call in (call for expression in expressions for call in calls(expression)):
        if call.name in aggregates.NAMES and call not in found:
            total = aggregates.aggregate(
                relation,
                call,
                lambda call=call: relation.bind(rows.value(call.arguments[0])),  # type: ignore[misc]
                of_events=before.discovers,
            )
            found[call] = (total.sql, Value(relation.column(), total.kind, atomic=True))
    return found


def _summary(relation: Relation, after: Environment, command: Stats, groups: dict[Item, Value]) -> Summary:
    columns: dict[str, Value] = {}
    for item in command.groups:
        _name(after, item, groups[item])
        columns[item.label] = groups[item]
    for item in command.items:
        value = relation.bind(Expressions(relation, after).value(item.expression))
        _name(after, item, value)
        columns[item.label] = value
    order = [part for value in groups.values() for part in of_key(relation, value, False)]
    return Summary(after, columns, order or ["1"])


def _name(after: Environment, item: Item, value: Value) -> None:
    """Results are fields by their alias; without one, a group is one by the field's name."""
    if item.alias is not None or isinstance(item.expression, Field):
        after.define(item.label, value, item.span)
    else:
        after.computed.setdefault(item.expression, value)
