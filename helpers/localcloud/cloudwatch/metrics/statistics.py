"""The statistics of CloudWatch, from measured values or from statistic sets.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SIMPLE = {
    "SampleCount": "sum(weight)",
    "Sum": "sum(total)",
    "Average": "sum(total) / sum(weight)",
    "Minimum": "min(low)",
    "Maximum": "max(high)",
}
_NUMBER = r"\d{1,3}(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_SHORT = re.compile(rf"(tm|wm|tc|ts)({_NUMBER})")
_RANGE = re.compile(r"(TM|WM|TC|TS|PR)\((-?[\d.]*%?):(-?[\d.]*%?)\)")


@dataclass(frozen=True)
class Statistic:
    """A statistic by its name: a simple one has SQL, another is computed of values and their weights.

    `of_values` is SQL that gives the same where each value came once.
    """

    name: str
    sql: str | None
    compute: Callable[[Array, Array], float] | None
    of_values: str | None = None


@lru_cache(256)
def statistic(name: str) -> Statistic | None:
    """Return the statistic that AWS calls `name` ("Average", "p99.9", "TM(10%:90%)", "IQM"), or None."""
    if name in SIMPLE:
        return Statistic(name, SIMPLE[name], None)
    if (share := _share_of(name)) is not None:
        of_values = f"quantile_cont(value, {share!r})"
        return Statistic(name, None, lambda values, weights: percentile(values, weights, share), of_values)
    compute = _trimmed_of(name)
    return Statistic(name, None, compute) if compute else None


def _share_of(name: str) -> float | None:
    found = _PERCENTILE.fullmatch(name)
    return float(found[1]) / 100 if found and float(found[1]) <= 100 else None


def _trimmed_of(name: str) -> Callable[[Array, Array], float] | None:
    if name == "IQM":
        return lambda values, weights: _trimmed("TM", values, weights, "25%", "75%")
    if short := _SHORT.fullmatch(name):
        kind, upper = short[1].upper(), short[2]
        return None if float(upper) > 100 else lambda v, w: _trimmed(kind, v, w, "", f"{upper}%")
    if (ranged := _RANGE.fullmatch(name)) and (ranged[2] or ranged[3]):
        kind, low, high = ranged.groups()
        return lambda values, weights: _trimmed(kind, values, weights, low, high)
    return None


def percentile(values: Array, weights: Array, share: float) -> float:
    """Return the value below which `share` (0..1) of all lie, each value counted `weights` times.

    AWS does not publish how it interpolates; we do it linearly between neighbours (an assumption).
    """
    order = values.argsort(kind="stable")
    ordered, ends = values[order], weights[order].cumsum()
    rank = share * (ends[-1] - 1) if ends[-1] > 1 else 0.0
    low, high = _at(ordered, ends, int(rank)), _at(ordered, ends, int(rank) + 1)
    return float(low + (high - low) * (rank - int(rank)))


def _at(ordered: Array, ends: Array, position: int) -> float:
    index = int(ends.searchsorted(position, side="right"))
    return float(ordered[min(index, len(ordered) - 1)])


def _trimmed(kind: str, values: Array, weights: Array, low: str, high: str) -> float:
    below = _bound(values, weights, low) if low else float(values.min())
    above = _bound(values, weights, high) if high else float(values.max())
    inside = (values > below if low and low != "0%" else values >= below) & (values <= above)
    count = float(weights[inside].sum())
    if kind == "TC":
        return count
    if kind == "TS":
        return float((values * weights)[inside].sum())
    if kind == "PR":
        return count / float(weights.sum()) * 100
    if kind == "WM":
        return float((values.clip(below, above) * weights).sum() / weights.sum())
    return float((values * weights)[inside].sum() / count) if count else float("nan")


def _bound(values: Array, weights: Array, text: str) -> float:
    if text.endswith("%"):
        return percentile(values, weights, float(text[:-1]) / 100)
    return float(text)
