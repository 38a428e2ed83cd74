"""Checks the data of PutMetricData and turns them into rows.

Rules: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html and API_MetricDatum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass
class Rows:
    """Datapoints by column, each with its metric."""

    metrics: list[MetricId] = field(default_factory=list)
    t: list[int] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the table, but for the metric."""
        import numpy as np

        numbers = {name: np.asarray(getattr(self, name), dtype=float) for name in ("weight", "total", "low", "high")}
        value = np.array([math.nan if value is None else value for value in self.value])
        return {"t": self.t, "value": value, **numbers, "unit": self.unit}


def rows_of(namespace: str, data: Sequence[Mapping[str, Any]], now: datetime, time_scale: float) -> Rows:
    """Return the rows of all `data`. Raises ServiceError that names the first datum which is not right."""
    if len(data) > MAX_DATA:
        raise ServiceError(
            "InvalidParameterValueException",
            f"The collection MetricData must not have a size greater than {MAX_DATA}; this call has {len(data)}."
            " Send it in several calls.",
        )
    rows = Rows()
    for index, datum in enumerate(data, 1):
        where = f"MetricData.member.{index}"
        metric = MetricId.of(namespace, datum["MetricName"], _dimensions(where, datum))
        moment = _timestamp(where, datum, now)
        _append(rows, where, metric, _at_resolution(where, datum, moment, time_scale), datum)
    return rows


def _append(rows: Rows, where: str, metric: MetricId, t: int, datum: Mapping[str, Any]) -> None:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(given) != 1:
        raise _refused(where, f"takes exactly one of Value, Values and StatisticValues; it has {given or 'none'}")
    unit = datum.get("Unit", "None")
    if given == ["StatisticValues"]:
        _append_row(rows, metric, t, unit, *_statistic_set(where, datum["StatisticValues"]))
    else:
        for value, count in _values(where, datum):
            _append_row(rows, metric, t, unit, value, count, value * count, value, value)


def _append_row(
    rows: Rows,
    metric: MetricId,
    t: int,
    unit: str,
    value: float | None,
    weight: float,
    total: float,
    low: float,
    high: float,
) -> None:
    rows.metrics.append(metric)
    rows.t.append(t)
    rows.value.append(value)
    rows.weight.append(weight)
    rows.total.append(total)
    rows.low.append(low)
    rows.high.append(high)
    rows.unit.append(unit)


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


def _dimensions(where: str, datum: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    dimensions: Sequence[Mapping[str, str]] = datum.get("Dimensions") or ()
    names = [dimension["Name"] for dimension in dimensions]
    if len(set(names)) != len(names):
        raise _refused(f"{where}.Dimensions", f"names a dimension twice: {', '.join(names)}")
    for dimension in dimensions:
        for part in (dimension["Name"], dimension["Value"]):
            if not part.strip() or not part.isascii():
                raise _refused(f"{where}.Dimensions", f"takes printable ASCII that is not blank, not {part!r}")
        if dimension["Name"].startswith(":"):
            raise _refused(f"{where}.Dimensions", f"has a name that starts with a colon: {dimension['Name']}")
    return dimensions


def _timestamp(where: str, datum: Mapping[str, Any], now: datetime) -> datetime:
    moment: datetime = datum.get("Timestamp") or now
    if not now - OLDEST <= moment <= now + NEWEST:
        raise _refused(
            f"{where}.Timestamp",
            f"is {moment.isoformat()}: it must be within the last two weeks and at most two hours ahead of"
            f" {now.isoformat(timespec='seconds')}; check the clock that wrote it",
        )
    return moment


def _at_resolution(where: str, datum: Mapping[str, Any], moment: datetime, time_scale: float) -> int:
    """Standard resolution is a minute, high resolution a second, of AWS's time."""
    resolution = datum.get("StorageResolution", 60)
    if resolution not in (1, 60):
        raise _refused(f"{where}.StorageResolution", f"is 1 (high resolution) or 60, not {resolution}")
    step = max(resolution * 1000 / time_scale, 1.0)
    milliseconds = round(moment.timestamp() * 1000)
    return int(milliseconds // step * step)


def _refused(where: str, what: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", f"The parameter {where} {what}.")
