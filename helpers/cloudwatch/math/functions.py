"""The functions of metric math that work on the values of one expression.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from helpers.cloudwatch.series import Series

from .errors import MathError
from .values import Value, combine, list_of, map_series, number_of, series_of, with_values

Function = Callable[..., Value]


def _reduce(over_slots: Callable[[Any], Any], over_time: Callable[[Any], Any]) -> Function:
    """A series becomes one number; several become one series, at each period that any of them has."""

    def function(value: Value) -> Value:
        if isinstance(value, Series):
            return float(over_time(value.values)) if len(value) else float("nan")
        return _across(over_slots, list_of(value))

    return function


def _across(operation: Callable[[Any], Any], several: Sequence[Series]) -> Value:
    present = [series for series in several if len(series)]
    if not present:
        return next(iter(several), [])
    slots = np.unique(np.concatenate([series.slots for series in present]))
    table = np.full((len(present), len(slots)), np.nan)
    for row, series in zip(table, present, strict=True):
        row[np.searchsorted(slots, series.slots)] = series.values
    return with_values(present[0], slots, operation(table))


def _metric_count(value: Value) -> Value:
    return float(len(list_of(value)))


def _diff(value: Value) -> Value:
    return _each(value, lambda s: with_values(s, s.slots[1:], np.diff(s.values)))


def _diff_time(value: Value) -> Value:
    return _each(value, lambda s: with_values(s, s.slots[1:], np.diff(s.timestamps)))


def _rate(value: Value) -> Value:
    return _each(value, lambda s: with_values(s, s.slots[1:], np.diff(s.values) / np.diff(s.timestamps)))


def _running_sum(value: Value) -> Value:
    return _each(value, lambda s: with_values(s, s.slots, np.cumsum(s.values)))


def _period(value: Value) -> Value:
    return series_of(value).period


def _each(value: Value, operation: Callable[[Series], Series]) -> Value:
    if isinstance(value, list):
        return [operation(series) for series in value]
    return operation(series_of(value))


def _if(condition: Value, then: Value, otherwise: Value | None = None) -> Value:
    """Where a side is a series, a period that it does not have is a gap."""
    if isinstance(condition, Series):
        true = replace(
            condition, slots=condition.slots[condition.values != 0], values=condition.values[condition.values != 0]
        )
        false = replace(
            condition, slots=condition.slots[condition.values == 0], values=condition.values[condition.values == 0]
        )
        chosen = [_at(true, then)] + ([] if otherwise is None else [_at(false, otherwise)])
        slots = np.concatenate([series.slots for series in chosen])
        order = slots.argsort()
        return with_values(condition, slots[order], np.concatenate([series.values for series in chosen])[order])
    if number_of(condition):
        return then
    if otherwise is None:
        raise MathError("IF with a number that is 0 and without a third argument has no value.")
    return otherwise


def _at(where: Series, value: Value) -> Series:
    return series_of(combine(lambda _, wanted: wanted, where, value))


def _first(value: Value) -> Value:
    series = series_of(value)
    return float(series.values[0]) if len(series) else float("nan")


def _last(value: Value) -> Value:
    series = series_of(value)
    return float(series.values[-1]) if len(series) else float("nan")


def _remove_empty(value: Value) -> Value:
    return [series for series in list_of(value) if len(series)]


def _slice(value: Value, start: Value, end: Value | None = None) -> Value:
    stop = None if end is None else int(number_of(end))
    return list_of(value)[int(number_of(start)) : stop]


_ORDER: dict[str, Callable[[Any], float]] = {
    "AVG": np.mean,
    "SUM": np.sum,
    "MIN": np.min,
    "MAX": np.max,
    "STDDEV": np.std,
}


def _sort(value: Value, by: Value, direction: Value, limit: Value | None = None) -> Value:
    if by not in _ORDER or direction not in ("ASC", "DESC"):
        raise MathError(f"SORT takes one of {', '.join(_ORDER)}, then ASC or DESC.")
    present = [series for series in list_of(value) if len(series)]
    ordered = sorted(present, key=lambda series: _ORDER[str(by)](series.values), reverse=direction == "DESC")
    return ordered[: None if limit is None else int(number_of(limit))]


def _no(reduce: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda table: reduce(table, axis=0)


FUNCTIONS: dict[str, Function] = {
    "ABS": lambda value: map_series(np.abs, value),
    "CEIL": lambda value: map_series(np.ceil, value),
    "FLOOR": lambda value: map_series(np.floor, value),
    "LOG": lambda value: map_series(np.log, value),
    "LOG10": lambda value: map_series(np.log10, value),
    "SUM": _reduce(_no(np.nansum), np.sum),
    "AVG": _reduce(_no(np.nanmean), np.mean),
    "MIN": _reduce(_no(np.nanmin), np.min),
    "MAX": _reduce(_no(np.nanmax), np.max),
    "STDDEV": _reduce(_no(np.nanstd), np.std),
    "METRIC_COUNT": _metric_count,
    "DIFF": _diff,
    "DIFF_TIME": _diff_time,
    "RATE": _rate,
    "RUNNING_SUM": _running_sum,
    "PERIOD": _period,
    "IF": _if,
    "FIRST": _first,
    "LAST": _last,
    "REMOVE_EMPTY": _remove_empty,
    "SLICE": _slice,
    "SORT": _sort,
}
