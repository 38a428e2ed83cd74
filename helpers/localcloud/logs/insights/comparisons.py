"""Comparisons between values of any two kinds."""

from __future__ import annotations

from .relation import Relation
from .values import Kind, Value, instant, is_number


def compare(relation: Relation, operator: str, left: Value, right: Value) -> Value:
    """Return left `operator` right: as numbers where both are, as text otherwise; NULL if one is missing."""
    if Kind.TIME in (left.kind, right.kind):
        left, right = _as_time(relation, left), _as_time(relation, right)
    kinds = (left.kind, right.kind)
    if kinds == (Kind.TEXT, Kind.TEXT):
        return _texts(relation, operator, left, right)
    if operator == "!=" and Kind.TEXT in kinds:
        return _different(relation, left, right)
    return Value(f"({left.number()} {operator} {right.number()})", Kind.BOOLEAN)


def _as_time(relation: Relation, value: Value) -> Value:
    """A string beside a time may be written as a date."""
    if value.literal is None or (millis := instant(value.literal)) is None:
        return value
    return Value(f"CAST({relation.parameter(millis)} AS BIGINT)", Kind.TIME, atomic=True)


def _texts(relation: Relation, operator: str, left: Value, right: Value) -> Value:
    as_text = f"{left.sql} {operator} {right.sql}"
    if any(value.literal is not None and not is_number(value.literal) for value in (left, right)):
        return Value(f"({as_text})", Kind.BOOLEAN)
    left, right = relation.bind(left), relation.bind(right)
    first, second = relation.bind(Value(left.number(), Kind.NUMBER)), relation.bind(Value(right.number(), Kind.NUMBER))
    both = f"{first.sql} IS NOT NULL AND {second.sql} IS NOT NULL"
    as_text = f"{left.sql} {operator} {right.sql}"
    return Value(f"(CASE WHEN {both} THEN {first.sql} {operator} {second.sql} ELSE {as_text} END)", Kind.BOOLEAN)


def _different(relation: Relation, left: Value, right: Value) -> Value:
    """A text that is no number differs from every number."""
    left, right = relation.bind(left), relation.bind(right)
    first, second = relation.bind(Value(left.number(), Kind.NUMBER)), relation.bind(Value(right.number(), Kind.NUMBER))
    present = f"{left.sql} IS NOT NULL AND {right.sql} IS NOT NULL"
    differs = f"coalesce({first.sql} <> {second.sql}, TRUE)"
    return Value(f"(CASE WHEN {present} THEN {differs} END)", Kind.BOOLEAN)
