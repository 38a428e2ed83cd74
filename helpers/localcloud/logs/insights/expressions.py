"""Turns an expression of one row into SQL."""

from __future__ import annotations

import math

from . import aggregates, periods, refused
from .comparisons import compare, contained
from .environment import Environment
from .errors import MalformedQuery
from .functions import FUNCTIONS, NAMES, PERIODIC
from .language import (
    Arithmetic,
    Call,
    Combined,
    Compared,
    Contained,
    Duration,
    Everything,
    Expression,
    Field,
    Matched,
    Negated,
    Number,
    Text,
)
from .relation import Relation
from .values import Kind, Value, as_number


class Expressions:
    """Compiles expressions over the fields of `environment`."""

    def __init__(self, relation: Relation, environment: Environment) -> None:
        self._relation = relation
        self._environment = environment

    def value(self, expression: Expression) -> Value:
        """Return the value of `expression`. Raises MalformedQuery."""
        if isinstance(expression, Field):
            return self._environment.field(expression)
        if expression in self._environment.computed:
            return self._environment.computed[expression]
        match expression:
            case Text(value=text):
                return self._text(text)
            case Number():
                return self._number(expression)
            case Call():
                return self._call(expression)
            case Arithmetic():
                return self._arithmetic(expression)
            case Duration() | Everything():
                raise MalformedQuery("A period or * is only an argument of certain functions.", expression.span)
            case _:
                return self._condition(expression)

    def truth(self, expression: Expression) -> str:
        """Return SQL of type BOOLEAN."""
        return self.value(expression).truth()

    def _condition(self, expression: Compared | Matched | Contained | Negated | Combined) -> Value:
        match expression:
            case Compared(operator=operator, left=left, right=right):
                return compare(self._relation, operator, self._side(left), self._side(right))
            case Matched():
                return self._matched(expression)
            case Contained(operand=operand, members=members):
                sides = (self._side(member) for member in members)
                return contained(self._relation, self._side(operand), list(sides))
            case Negated(operand=operand):
                return Value(f"(NOT {self.truth(operand)})", Kind.BOOLEAN)
            case Combined(operator=operator, operands=operands):
                return Value(f"({f' {operator} '.join(map(self.truth, operands))})", Kind.BOOLEAN)

    def _text(self, text: str) -> Value:
        return Value(f"CAST({self._relation.parameter(text)} AS VARCHAR)", Kind.TEXT, atomic=True, literal=text)

    def _number(self, number: Number) -> Value:
        value = float(number.digits)
        if not math.isfinite(value):
            raise MalformedQuery(f"The number {number.digits[:20]}.. is too large.", number.span)
        written = f"CAST({self._relation.parameter(value)} AS DOUBLE)"
        return Value(written, Kind.NUMBER, atomic=True, literal=number.digits)

    def _arithmetic(self, expression: Arithmetic) -> Value:
        left, right = (self._relation.number(self.value(side)) for side in (expression.left, expression.right))
        power = f"pow({left}, {right})"
        return self._relation.defined(power if expression.operator == "^" else f"{left} {expression.operator} {right}")

    def _side(self, side: Expression) -> Value:
        """A number with more digits than a double holds (an id) is compared as it is written."""
        if isinstance(side, Number) and as_number(side.digits) is None:
            return self._text(side.digits)
        return self._relation.bind(self.value(side))

    def _matched(self, expression: Matched) -> Value:
        text, pattern = self.value(expression.operand).text(), self._relation.parameter(expression.pattern)
        function = "regexp_matches" if expression.is_regex else "contains"
        return Value(f"{function}({text}, {pattern})", Kind.BOOLEAN)

    def _call(self, call: Call) -> Value:
        if call.name in PERIODIC:
            return self._periodic(call)
        if call.name in aggregates.NAMES:
            raise MalformedQuery(
                f"{call.written} summarises many events: it belongs into stats, and not into another such function.",
                call.span,
            )
        function = FUNCTIONS.get(call.name)
        if function is None:
            raise MalformedQuery(refused.function(call.written, NAMES), call.span)
        if not function.least <= len(call.arguments) <= function.most:
            expected = f"{function.least} to {function.most}" if function.least < function.most else function.least
            raise MalformedQuery(f"{call.written} takes {expected} arguments, not {len(call.arguments)}.", call.span)
        arguments = [self._relation.bind(self.value(argument)) for argument in call.arguments]
        return function.build(self._relation, arguments)

    def _periodic(self, call: Call) -> Value:
        *times, period = call.arguments or (Everything(),)
        if len(times) != PERIODIC[call.name] - 1 or not isinstance(period, Duration):
            form = "bin(5m)" if call.name == "bin" else f"{call.written}(@timestamp, 1h)"
            raise MalformedQuery(f"{call.written} takes a period, as in {form}.", call.span)
        time = self.value(times[0] if times else Field("@timestamp", span=call.span))
        return periods.ceiling(time, period) if call.name == "dateceil" else periods.floor(time, period)
