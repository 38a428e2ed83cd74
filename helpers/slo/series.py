"""Arithmetic on minutes: windows that slide over a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Values: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def moving_sum(counts: Any, window: int) -> Values:
    """Return at each minute the sum of the last `window` minutes, it included; fewer at the beginning.

    Counts are whole numbers, of which float64 keeps sums exactly up to 2**53.
    """
    total = np.concatenate([[0.0], np.cumsum(np.asarray(counts, dtype=np.float64))])
    end = np.arange(1, len(total))
    sums: Values = total[end] - total[np.maximum(end - window, 0)]
    return sums


def moving(values: Any, window: int, statistic: str) -> Values:
    """Return a CloudWatch statistic of the last `window` minutes at each minute.

    Raises ValueError for a statistic that one value a minute cannot give.
    """
    if statistic not in _STATISTICS:
        known = ", ".join(sorted(_STATISTICS))
        raise ValueError(f"The replay knows {known}; {statistic} would need each request and not one value a minute.")
    return _STATISTICS[statistic](np.asarray(values, dtype=np.float64), window)


def _extreme(name: str) -> Callable[[Values, int], Values]:
    def take(values: Values, window: int) -> Values:
        found: Values = getattr(pd.Series(values).rolling(window, min_periods=1), name)().to_numpy()
        return found

    return take


def _average(values: Values, window: int) -> Values:
    return moving_sum(values, window) / np.minimum(np.arange(1, len(values) + 1), window)


_STATISTICS: dict[str, Callable[[Values, int], Values]] = {
    "Sum": moving_sum,
    "Average": _average,
    "Minimum": _extreme("min"),
    "Maximum": _extreme("max"),
}


def at_least(breaching: Flags, needed: int, datapoints: int, period: int) -> Flags:
    """Return where at least `needed` of the last `datapoints` are breaching; they lie `period` minutes apart."""
    count = np.zeros(len(breaching), dtype=np.int64)
    for number in range(datapoints):
        back = number * period
        count[back:] += breaching[: len(breaching) - back] if back < len(breaching) else 0
    enough: Flags = count >= needed
    return enough
