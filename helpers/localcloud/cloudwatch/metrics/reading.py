"""Reads the statistic of one metric, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...columns import Columns
from ...scope import Scope
from .identity import MetricId
from .statistics import Statistic
from .table import MetricTable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Window:
    """The periods from `start` up to `end` (epoch seconds), each `period` real seconds long.

    Periods begin at multiples of their length after `origin`, and are counted from there. AWS does not say how it
    aligns them (an assumption).
    """

    start: float
    end: float
    period: float
    origin: float = 0.0

    def bounds(self) -> tuple[int, int]:
        """Return the first period and the one after the last."""
        start, end = self.start - self.origin, self.end - self.origin
        return int(start // self.period), int(-(-end // self.period))


def read(
    columns: Columns,
    table: MetricTable,
    scope: Scope,
    metric: MetricId,
    stat: Statistic,
    window: Window,
    unit: str | None,
) -> tuple[Array, Array]:
    """Return the numbers of the periods that have data, ascending, and the statistic in each."""
    import numpy as np

    number = table.number(scope, metric)
    if number is None:
        return np.array([], dtype=np.int64), np.array([])
    where, parameters = _condition(number, window, unit)
    slot = _slot(window)
    if stat.compute is None:
        found = columns.arrays(
            f"SELECT {slot} AS slot, {stat.sql} AS value FROM datum WHERE {where} GROUP BY slot ORDER BY slot",
            parameters,
        )
        return found["slot"], found["value"]
    where += " AND NOT isnan(value)"
    known = _of_single_values(columns, stat, slot, where, parameters) if stat.of_values else None
    if known is not None:
        return known
    raw = columns.arrays(f"SELECT {slot} AS slot, value, weight FROM datum WHERE {where} ORDER BY slot", parameters)
    return _by_slot(raw, stat)


def _of_single_values(
    columns: Columns, stat: Statistic, slot: str, where: str, parameters: list[Any]
) -> tuple[Array, Array] | None:
    """Leave it to the store, unless some value came more than once: then None, as its weight counts."""
    found = columns.arrays(
        f"SELECT {slot} AS slot, {stat.of_values} AS value, max(abs(weight - 1)) AS off FROM datum"
        f" WHERE {where} GROUP BY slot ORDER BY slot",
        parameters,
    )
    return None if found["off"].any() else (found["slot"], found["value"])


def by_unit(
    columns: Columns, number: int, simple: list[str], window: Window, unit: str | None
) -> list[tuple[Any, ...]]:
    """Return rows of period, unit and the SQL expressions `simple`, ascending."""
    where, parameters = _condition(number, window, unit)
    return columns.query(
        f"SELECT {_slot(window)} AS slot, unit, {', '.join(simple)} FROM datum WHERE {where}"
        " GROUP BY slot, unit ORDER BY slot, unit",
        parameters,
    )


def _slot(window: Window) -> str:
    since = f"(t - {window.origin * 1000!r})" if window.origin else "t"
    return f"CAST(floor({since} / {window.period * 1000!r}) AS BIGINT)"


def _condition(number: int, window: Window, unit: str | None) -> tuple[str, list[Any]]:
    first, after = window.bounds()
    where = "metric = ? AND t >= ? AND t < ?"
    parameters: list[Any] = [number, _milliseconds(first, window), _milliseconds(after, window)]
    return (f"{where} AND unit = ?", [*parameters, unit]) if unit else (where, parameters)


def _milliseconds(slot: int, window: Window) -> float:
    return (window.origin + slot * window.period) * 1000


def _by_slot(raw: dict[str, Array], stat: Statistic) -> tuple[Array, Array]:
    import numpy as np

    assert stat.compute is not None
    slots, starts = np.unique(raw["slot"], return_index=True)
    if not len(slots):
        return slots, np.array([])
    parts = zip(np.split(raw["value"], starts[1:]), np.split(raw["weight"], starts[1:]), strict=True)
    return slots, np.array([stat.compute(values, weights) for values, weights in parts])
