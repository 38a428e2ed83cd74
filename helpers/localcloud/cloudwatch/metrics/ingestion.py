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
_STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")


_Row = tuple[int, int, "float | None", float, float, float, float, str]


class Rows:
    """Datapoints to be kept, and the metrics they belong to, each of them once."""

    def __init__(self, namespace: str) -> None:
        self.metrics: list[MetricId] = []
        self._namespace = namespace
        self._known: dict[tuple[Any, ...], int] = {}
        self._rows: list[_Row] = []

    def metric(self, where: str, datum: Mapping[str, Any]) -> int:
        """Return the place of the metric of `datum` in `metrics`; each is checked once, however many data it has."""
        dimensions = datum.get("Dimensions") or ()
        key = (datum["MetricName"], *((each["Name"], each["Value"]) for each in dimensions))
        if (found := self._known.get(key)) is None:
            _check_dimensions(where, dimensions)
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
    rows = Rows(namespace)
    for index, datum in enumerate(data, 1):
        where = f"MetricData.member.{index}"
        _append(rows, where, rows.metric(where, datum), _milliseconds(where, datum, now, time_scale), datum)
    return rows


def _append(rows: Rows, where: str, metric: int, t: int, datum: Mapping[str, Any]) -> None:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(given) != 1:
        raise _refused(where, f"takes exactly one of Value, Values and StatisticValues; it has {given or 'none'}")
    unit = datum.get("Unit", "None")
    if given == ["StatisticValues"]:
        rows.append((metric, t, *_statistic_set(where, datum["StatisticValues"]), unit))
    else:
        for value, count in _values(where, datum):
            rows.append((metric, t, value, count, value * count, value, value, unit))


def _values(where: str, datum: Mapping[str, Any]) -> list[tuple[float, float]]:
    if "Value" in datum:
        return [(_number(f"{where}.Value", datum["Value"]), 1.0)]
    values, counts = datum["Values"], datum.get("Counts") or [1.0] * len(datum["Values"])
    if len(values) > MAX_VALUES:
        raise _refused(f"{where}.Values", f"holds up to {MAX_VALUES} values; it has {len(values)}")
    if len(values) != len(counts) or not values:
        raise _refused(where, f"needs one count for each value; it has {len(values)} values, {len(counts)} counts")
    pairs = [
        (_number(f"{where}.Values", v), _number(f"{where}.Counts", c)) for v, c in zip(values, counts, strict=True)
    ]
    if any(count <= 0 for _, count in pairs):
        raise _refused(f"{where}.Counts", "must be above 0")
    return pairs


def _statistic_set(where: str, given: Mapping[str, float]) -> tuple[float | None, float, float, float, float]:
    count, total, low, high = (_number(f"{where}.StatisticValues.{name}", given[name]) for name in _STATISTICS)
    if count <= 0 or low > high:
        raise _refused(f"{where}.StatisticValues", "needs a SampleCount above 0 and a Minimum up to its Maximum")
    # Only such a set still says what was measured, so only such a set counts for percentiles.
    value = low if count == 1 or low == high else None
    return value, count, total, low, high


def _number(where: str, value: float) -> float:
    if math.isnan(value) or math.isinf(value) or abs(value) > LARGEST:
        raise _refused(where, f"is {value}: special values (NaN, +Infinity, -Infinity) and |x| > 2^360 are not taken")
    return float(value)


def _check_dimensions(where: str, dimensions: Sequence[Mapping[str, str]]) -> None:
    names = [dimension["Name"] for dimension in dimensions]
    if len(set(names)) != len(names):
        raise _refused(f"{where}.Dimensions", f"names a dimension twice: {', '.join(names)}")
    for dimension in dimensions:
        for part in (dimension["Name"], dimension["Value"]):
            if not part.strip() or not part.isascii():
                raise _refused(f"{where}.Dimensions", f"takes printable ASCII that is not blank, not {part!r}")
        if dimension["Name"].startswith(":"):
            raise _refused(f"{where}.Dimensions", f"has a name that starts with a colon: {dimension['Name']}")


def _milliseconds(where: str, datum: Mapping[str, Any], now: datetime, time_scale: float) -> int:
    """Standard resolution is a minute, high resolution a second, of AWS's time."""
    resolution = datum.get("StorageResolution", 60)
    if resolution not in (1, 60):
        raise _refused(f"{where}.StorageResolution", f"is 1 (high resolution) or 60, not {resolution}")
    moment: datetime = datum.get("Timestamp") or now
    if not now - OLDEST <= moment <= now + NEWEST:
        raise _refused(
            f"{where}.Timestamp",
            f"is {moment.isoformat()}: it must be within the last two weeks and at most two hours ahead of"
            f" {now.isoformat(timespec='seconds')}; check the clock that wrote it",
        )
    step = max(resolution * 1000 / time_scale, 1.0)
    return int(round(moment.timestamp() * 1000) // step * step)


def _refused(where: str, what: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", f"The parameter {where} {what}.")
