"""Labels of series, with their dynamic parts.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from helpers.cloudwatch.series import Series

from .identity import MetricId

_DYNAMIC = re.compile(r"\$\{([A-Z_]+)(?:\(\s*'([^']*)'\s*\))?\}")
_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "AVG": lambda values: values.mean(),
    "FIRST": lambda values: values[0],
    "LAST": lambda values: values[-1],
    "MAX": lambda values: values.max(),
    "MIN": lambda values: values.min(),
    "SUM": lambda values: values.sum(),
}


def label_of(template: str, default: str, series: Series, metric: MetricId | None, stat: str) -> str:
    """Return the label that `template` ("${LABEL}: ${MAX} ms") makes for `series`; "" means the default."""

    def part(found: re.Match[str]) -> str:
        name, argument = found[1], found[2]
        if name == "LABEL":
            return default
        if name == "PROP":
            return _property(argument or "", metric, stat, series.period)
        if name in _NUMBERS:
            return f"{float(_NUMBERS[name](series.values)):.5g}" if len(series) else "--"
        return found[0]

    return _DYNAMIC.sub(part, template) if template else default


def _property(name: str, metric: MetricId | None, stat: str, period: float) -> str:
    own = {"Stat": stat, "Period": f"{period:g}"}
    if metric:
        own |= {"MetricName": metric.name, "Namespace": metric.namespace}
        own |= {f"Dim.{dimension}": value for dimension, value in metric.dimensions}
    return own.get(name, "")


def default_label(metric: MetricId, among: list[MetricId]) -> str:
    """Return what tells `metric` from the others: its dimensions' values, then its name where that differs."""
    alike = {other for other in among if other.name == metric.name}
    shared = set.intersection(*(set(other.dimensions) for other in alike)) if alike else set()
    differing = [value for name, value in metric.dimensions if (name, value) not in shared]
    names = {other.name for other in among}
    return " ".join([*differing, *([metric.name] if len(names) > 1 or not differing else [])])
