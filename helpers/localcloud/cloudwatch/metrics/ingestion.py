"""Checks the data of PutMetricData and turns them into rows.

Rules: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html and API_MetricDatum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ...service import ServiceError
from .identity import MetricId

MAX_DATA = 1000
MAX_VALUES = 150
OLDEST = timedelta(days=14)
NEWEST = timedelta(hours=2)
LARGEST = 2.0**360
_KINDS = ("Value", "Values", "StatisticValues")
_STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")


_Row = tuple[int, int, "float | None", float, float, float, float, str]


class Rows:
    """Datapoints to be kept, and the metrics they belong to, each of them once."""

    def __init__(self, namespace: str) -> None:
        self.metrics: list[MetricId] = []
        self._namespace = namespace
        self._known: dict[tuple[Any, ...], int] = {}
        self._rows: list[_Row] = []

    def metric(self, datum: Mapping[str, Any]) -> int:
        """Return the place of the metric of `datum` in `metrics`; each is checked once, however many data it has."""
        dimensions = datum.get("Dimensions") or ()
        key = (datum["MetricName"], *map(tuple, map(dict.values, dimensions)))
        if (found := self._known.get(key)) is None:
            _check_dimensions(dimensions)
            self.metrics.append(MetricId.of(self._namespace, datum["MetricName"], dimensions))
            found = self._known[key] = len(self.metrics) - 1
        return found

    def append(self, row: _Row) -> None:
        """Add the values of one row, in the order of `columns`."""
        self._rows.append(row)

    def columns(self, numbers: Sequence[int]) -> dict[str, Any]:
        """Return the columns of the table; `numbers` are those of `metrics`."""
        import numpy as np

        which, t, value, *others, unit = zip(*self._rows, strict=True)
        floats = dict(zip(("weight", "total", "low", "high"), (np.array(column) for column in others), strict=True))
        of_value = np.array([math.nan if each is None else each for each in value])
        return {"metric": np.asarray(numbers)[list(which)], "t": t, "value": of_value, **floats, "unit": list(unit)}


def rows_of(namespace: str, data: Sequence[Mapping[str, Any]], now: datetime, time_scale: float) -> Rows:
    """Return the rows of all `data`. Raises ServiceError that names the first datum which is not right."""
    if len(data) > MAX_DATA:
        raise ServiceError(
            "InvalidParameterValueException",
            f"The collection MetricData must not have a size greater than {MAX_DATA}; this call has {len(data)}."
            " Send it in several calls.",
        )
    rows, clock = Rows(namespace), _Clock(now, time_scale)
    for index, datum in enumerate(data, 1):
        try:
            _append(rows, rows.metric(datum), clock.milliseconds(datum), datum)
        except _NotRight as problem:
            raise problem.at(f"MetricData.member.{index}") from None
    return rows


class _NotRight(Exception):
    """A part of a datum ("" is all of it) is not right."""

    def __init__(self, part: str, what: str) -> None:
        super().__init__(what)
        self.part = part

    def at(self, place: str) -> ServiceError:
        """Return the refusal for the datum at `place`."""
        where = f"{place}.{self.part}" if self.part else place
        return ServiceError("InvalidParameterValueException", f"The parameter {where} {self}.")


class _Clock:
    """When a datum may be from, and how exactly that is kept."""

    def __init__(self, now: datetime, time_scale: float) -> None:
        self._now = now
        self._oldest, self._newest = now - OLDEST, now + NEWEST
        # Standard resolution is a minute, high resolution a second, of AWS's time.
        self._steps = {seconds: max(seconds * 1000 / time_scale, 1.0) for seconds in (1, 60)}

    def milliseconds(self, datum: Mapping[str, Any]) -> int:
        """Return the moment of `datum` in epoch milliseconds, at its resolution."""
        step = self._steps.get(datum.get("StorageResolution", 60))
        if step is None:
            raise _NotRight("StorageResolution", f"is 1 (high resolution) or 60, not {datum['StorageResolution']}")
        moment: datetime = datum.get("Timestamp") or self._now
        if not self._oldest <= moment <= self._newest:
            raise _NotRight(
                "Timestamp",
                f"is {moment.isoformat()}: it must be within the last two weeks and at most two hours ahead of"
                f" {self._now.isoformat(timespec='seconds')}; check the clock that wrote it",
            )
        return int(round(moment.timestamp() * 1000) // step * step)


def _append(rows: Rows, metric: int, t: int, datum: Mapping[str, Any]) -> None:
    given = [name for name in _KINDS if name in datum]
    if len(given) != 1:
        raise _NotRight("", f"takes exactly one of Value, Values and StatisticValues; it has {given or 'none'}")
    unit = datum.get("Unit", "None")
    if given[0] == "Value":
        value = _number("Value", datum["Value"])
        rows.append((metric, t, value, 1.0, value, value, value, unit))
    elif given[0] == "StatisticValues":
        rows.append((metric, t, *_statistic_set(datum["StatisticValues"]), unit))
    else:
        for value, count in _values(datum):
            rows.append((metric, t, value, count, value * count, value, value, unit))


def _values(datum: Mapping[str, Any]) -> list[tuple[float, float]]:
    values, counts = datum["Values"], datum.get("Counts") or [1.0] * len(datum["Values"])
    if len(values) > MAX_VALUES:
        raise _NotRight("Values", f"holds up to {MAX_VALUES} values; it has {len(values)}")
    if len(values) != len(counts) or not values:
        raise _NotRight("", f"needs one count for each value; it has {len(values)} values, {len(counts)} counts")
    pairs = [(_number("Values", value), _number("Counts", count)) for value, count in zip(values, counts, strict=True)]
    if any(count <= 0 for _, count in pairs):
        raise _NotRight("Counts", "must be above 0")
    return pairs


def _statistic_set(given: Mapping[str, float]) -> tuple[float | None, float, float, float, float]:
    count, total, low, high = (_number(f"StatisticValues.{name}", given[name]) for name in _STATISTICS)
    if count <= 0 or low > high:
        raise _NotRight("StatisticValues", "needs a SampleCount above 0 and a Minimum up to its Maximum")
    # Only such a set still says what was measured, so only such a set counts for percentiles.
    value = low if count == 1 or low == high else None
    return value, count, total, low, high


def _number(part: str, value: float) -> float:
    # Also of NaN: it is not within any bounds.
    if not -LARGEST <= value <= LARGEST:
        raise _NotRight(part, f"is {value}: special values (NaN, +Infinity, -Infinity) and |x| > 2^360 are not taken")
    return float(value)


def _check_dimensions(dimensions: Sequence[Mapping[str, str]]) -> None:
    names = [dimension["Name"] for dimension in dimensions]
    if len(set(names)) != len(names):
        raise _NotRight("Dimensions", f"names a dimension twice: {', '.join(names)}")
    for dimension in dimensions:
        for part in (dimension["Name"], dimension["Value"]):
            if not part.strip() or not part.isascii():
                raise _NotRight("Dimensions", f"takes printable ASCII that is not blank, not {part!r}")
        if dimension["Name"].startswith(":"):
            raise _NotRight("Dimensions", f"has a name that starts with a colon: {dimension['Name']}")
