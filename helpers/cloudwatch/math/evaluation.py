"""Evaluates the tree of an expression."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from helpers.cloudwatch.series import Series

from .errors import MathError
from .expression import WORDS, parse
from .functions import FUNCTIONS
from .values import Value, combine, list_of, map_series, number_of, series_of, with_values

# Functions of AWS that need a model or a service which AWS does not publish, or which we have not built.
NOT_HERE = (
    "ANOMALY_DETECTION_BAND",
    "DB_PERF_INSIGHTS",
    "INSIGHT_RULE_METRIC",
    "LAMBDA",
    "SERVICE_QUOTA",
    "SELECT",
)


class Surroundings(Protocol):
    """What an expression reaches beyond itself."""

    def result(self, name: str) -> Value:
        """Return what the query `name` gives. Raises MathError."""
        ...

    def metrics(self, text: str) -> list[Series]:
        """Return the series of all queries of metrics whose id holds `text`."""
        ...

    def search(self, text: str, stat: str, period: float | None) -> list[Series]:
        """Return a series for each metric that `text` finds. Raises MathError."""
        ...

    def slots(self, period: float) -> tuple[int, int]:
        """Return the first period asked for and the one after the last."""
        ...


def evaluate(text: str, surroundings: Surroundings) -> Value:
    """Return the value of the expression `text`. Raises MathError."""
    if text.lstrip()[:6].upper() == "SELECT":
        raise MathError(
            "Metrics Insights queries (SELECT ...) are not built in the local cloud; use SEARCH or METRICS."
        )
    with np.errstate(all="ignore"):
        return _Evaluation(surroundings).value(parse(text))


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": np.divide,
}  # fmt: skip


@dataclass
class _Evaluation:
    surroundings: Surroundings

    def value(self, tree: Any) -> Value:
        kind: Callable[..., Value] = getattr(self, f"_{tree.data.rstrip('_')}")
        return kind(*tree.children)

    def _number(self, token: str) -> Value:
        return float(token)

    def _string(self, token: str) -> Value:
        return str(token[1:-1])

    def _name(self, token: str) -> Value:
        return str(token) if token in WORDS else self.surroundings.result(str(token))

    def _array(self, *parts: Any) -> Value:
        return [series for part in parts for series in list_of(self.value(part))]

    def _negative(self, part: Any) -> Value:
        return map_series(np.negative, self.value(part))

    def _power(self, base: Any, exponent: Any) -> Value:
        return combine(np.power, self.value(base), self.value(exponent))

    def _comparison(self, left: Any, sign: str, right: Any) -> Value:
        compare = _COMPARE[sign]
        return combine(lambda a, b: np.multiply(compare(a, b), 1.0), self.value(left), self.value(right))

    def _sum(self, first: Any, *rest: Any) -> Value:
        value = self.value(first)
        for sign, part in zip(rest[::2], rest[1::2], strict=True):
            value = combine(_ARITHMETIC[sign], value, self.value(part))
        return value

    _product = _sum

    def _or(self, *parts: Any) -> Value:
        return self._logical(np.logical_or, *parts)

    def _and(self, *parts: Any) -> Value:
        return self._logical(np.logical_and, *parts)

    def _logical(self, operation: Callable[[Any, Any], Any], first: Any, *rest: Any) -> Value:
        value = self.value(first)
        for part in rest:
            value = combine(lambda a, b: np.multiply(operation(a, b), 1.0), value, self.value(part))
        return value

    def _call(self, name: str, *arguments: Any) -> Value:
        name = str(name).upper()
        if name in NOT_HERE:
            raise MathError(f"{name} is not built in the local cloud; on a real account it works.")
        own: dict[str, Callable[..., Value]] = {
            "METRICS": self._metrics, "SEARCH": self._search, "FILL": self._fill, "TIME_SERIES": self._time_series,
        }  # fmt: skip
        function = own.get(name) or FUNCTIONS.get(name)
        if function is None:
            raise MathError(f"There is no function {name}. There are: {', '.join(sorted({*FUNCTIONS, *own}))}.")
        values = [self.value(argument) for argument in arguments]
        _check_count(name, function, len(values))
        return function(*values)

    def _metrics(self, text: Value = "") -> Value:
        return self.surroundings.metrics(_text(text))

    def _search(self, text: Value, stat: Value, period: Value | None = None) -> Value:
        seconds = None if period is None else number_of(period)
        return self.surroundings.search(_text(text), _text(stat), seconds)

    def _time_series(self, value: Value) -> Value:
        # A series made of a number takes the longest period around it.
        period = max((series.period for series in self.surroundings.metrics("")), default=60.0)
        first, after = self.surroundings.slots(period)
        slots = np.arange(first, after)
        return Series("", "", slots, np.full(len(slots), number_of(value)), period)

    def _fill(self, value: Value, filling: Value) -> Value:
        if isinstance(value, list):
            return [self._filled(series, filling) for series in value]
        return self._filled(series_of(value), filling)

    def _filled(self, series: Series, filling: Value) -> Series:
        first, after = self.surroundings.slots(series.period)
        slots = np.arange(first, after)
        values = np.full(len(slots), np.nan)
        inside = (series.slots >= first) & (series.slots < after)
        values[series.slots[inside] - first] = series.values[inside]
        return with_values(series, slots, _without_gaps(values, filling))


def _without_gaps(values: Any, filling: Value) -> Any:
    known = np.flatnonzero(~np.isnan(values))
    everywhere = np.arange(len(values))
    if filling == "REPEAT":
        latest = np.searchsorted(known, everywhere, side="right") - 1
        return np.where(latest >= 0, values[known[latest]], np.nan) if len(known) else values
    if filling == "LINEAR":
        return np.interp(everywhere, known, values[known], left=np.nan, right=np.nan) if len(known) else values
    return np.where(np.isnan(values), number_of(filling), values)


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise MathError("A text in quotes is expected there.")


def _check_count(name: str, function: Callable[..., Value], given: int) -> None:
    parameters = inspect.signature(function).parameters.values()
    least = sum(parameter.default is inspect.Parameter.empty for parameter in parameters)
    if not least <= given <= len(parameters):
        wanted = str(least) if least == len(parameters) else f"{least} to {len(parameters)}"
        raise MathError(f"{name} takes {wanted} arguments, not {given}.")
