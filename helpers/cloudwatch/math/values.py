"""What an expression has as values: numbers, series, lists of series, texts; and how they meet.

Two series meet at the periods that both have; a number meets every period of a series.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from helpers.cloudwatch.series import Series

from .errors import MathError

Value = float | Series | list[Series] | str
Operation = Callable[[Any, Any], Any]


def map_series(operation: Callable[[Any], Any], value: Value) -> Value:
    """Apply `operation` to the numbers of `value`."""
    if isinstance(value, list):
        return [_mapped(operation, series) for series in value]
    if isinstance(value, Series):
        return _mapped(operation, value)
    return float(operation(np.float64(number_of(value))))


def combine(operation: Operation, left: Value, right: Value) -> Value:
    """Apply `operation` pairwise; a list of series meets the other side series by series."""
    if isinstance(left, list) and isinstance(right, list):
        raise MathError("Two arrays of series do not combine: reduce one to a single series, as with SUM.")
    if isinstance(left, list):
        return [_single(combine(operation, series, right)) for series in left]
    if isinstance(right, list):
        return [_single(combine(operation, left, series)) for series in right]
    if isinstance(left, Series) and isinstance(right, Series):
        slots, at_left, at_right = np.intersect1d(left.slots, right.slots, return_indices=True)
        return with_values(left, slots, operation(left.values[at_left], right.values[at_right]))
    if isinstance(left, Series):
        return with_values(left, left.slots, operation(left.values, number_of(right)))
    if isinstance(right, Series):
        return with_values(right, right.slots, operation(number_of(left), right.values))
    return float(operation(np.float64(number_of(left)), np.float64(number_of(right))))


def with_values(series: Series, slots: Any, values: Any) -> Series:
    """Return `series` with other numbers; what is no number (a division by zero) is a gap."""
    numbers = np.broadcast_to(np.asarray(values, dtype=float), np.shape(slots))
    sound = np.isfinite(numbers)
    return replace(series, slots=np.asarray(slots)[sound], values=numbers[sound])


def number_of(value: Value) -> float:
    """Return `value` as a number. Raises MathError."""
    if isinstance(value, (int, float)):
        return float(value)
    raise MathError(f"A number is expected where {_kind(value)} stands.")


def series_of(value: Value) -> Series:
    """Return `value` as one series. Raises MathError."""
    if isinstance(value, Series):
        return value
    raise MathError(f"A single series is expected where {_kind(value)} stands.")


def list_of(value: Value) -> list[Series]:
    """Return `value` as a list of series. Raises MathError."""
    if isinstance(value, Series):
        return [value]
    if isinstance(value, list):
        return value
    raise MathError(f"Series are expected where {_kind(value)} stands.")


def _kind(value: Value) -> str:
    if isinstance(value, list):
        return "an array of series"
    return {Series: "a series", str: "a text"}.get(type(value), "a number")


def _single(value: Value) -> Series:
    assert isinstance(value, Series)
    return value


def _mapped(operation: Callable[[Any], Any], series: Series) -> Series:
    with np.errstate(all="ignore"):
        return with_values(series, series.slots, operation(series.values))
