"""Comparisons between values of any two kinds."""

from __future__ import annotations

from .relation import Relation
from .values import Kind, Value, as_number, instant


def compare(relation: Relation, operator: str, left: Value, right: Value) -> Value:
    """Return left `operator` right: as numbers where both are, as text otherwise; NULL if one is missing.

    Both are atomic.
    """
    if Kind.TIME in (left.kind, right.kind):
        left, right = _as_time(relation, left), _as_time(relation, right)
    kinds = (left.kind, right.kind)
    if kinds == (Kind.TEXT, Kind.TEXT):
        return _texts(relation, operator, left, right)
    if operator in ("=", "!=") and Kind.TEXT in kinds:
        return _equality(relation, operator, left, right)
    return Value(f"({relation.number(left)} {operator} {relation.number(right)})", Kind.BOOLEAN)


def contained(relation: Relation, value: Value, members: list[Value]) -> Value:
    """Return whether `value` equals one of `members`. All are atomic."""
    literals = [member.literal for member in members if member.literal is not None and value.kind is not Kind.TIME]
    others = [member for member in members if member.literal is None or value.kind is Kind.TIME]
    found = [compare(relation, "=", value, member).sql for member in others]
    if numbers := [number for literal in literals if (number := as_number(literal)) is not None]:
        among = f"list_contains(CAST({relation.parameter(numbers)} AS DOUBLE[]), {relation.number(value)})"
        found.append(f"(CASE WHEN {value.text()} IS NOT NULL THEN coalesce({among}, FALSE) END)")
    if texts := [literal for literal in literals if as_number(literal) is None]:
        found.append(f"list_contains(CAST({relation.parameter(texts)} AS VARCHAR[]), {value.text()})")
    return Value(f"({' OR '.join(found)})", Kind.BOOLEAN)


def _as_time(relation: Relation, value: Value) -> Value:
    """A string beside a time may be written as a date."""
    if value.kind is not Kind.TEXT or value.literal is None or (millis := instant(value.literal)) is None:
        return value
    return Value(f"CAST({relation.parameter(millis)} AS BIGINT)", Kind.TIME, atomic=True)


def _texts(relation: Relation, operator: str, left: Value, right: Value) -> Value:
    as_text = f"{left.sql} {operator} {right.sql}"
    if any(value.literal is not None and as_number(value.literal) is None for value in (left, right)):
        return Value(f"({as_text})", Kind.BOOLEAN)
    first, second = relation.number(left), relation.number(right)
    both = f"{first} IS NOT NULL AND {second} IS NOT NULL"
    return Value(f"(CASE WHEN {both} THEN {first} {operator} {second} ELSE {as_text} END)", Kind.BOOLEAN)


def _equality(relation: Relation, operator: str, left: Value, right: Value) -> Value:
    """A text that is no number differs from every number."""
    present = f"{left.text()} IS NOT NULL AND {right.text()} IS NOT NULL"
    as_numbers = f"{relation.number(left)} {operator} {relation.number(right)}"
    return Value(f"(CASE WHEN {present} THEN coalesce({as_numbers}, {operator == '!='}) END)", Kind.BOOLEAN)
