"""What an alarm watches, minute by minute: a statistic over a sliding period, or metric math over several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.cloudwatch.math import MathError, evaluate
from helpers.cloudwatch.series import Series
from helpers.slo.series import Values, moving

_CALL = re.compile(r"([A-Za-z_]+)\s*\(")
MINUTE_BY_MINUTE = frozenset({"ABS", "AND", "CEIL", "FILL", "FLOOR", "IF", "OR"})
"""Functions whose value at a minute depends on that minute alone, as a sliding period needs it."""


class UnknownMetric(LookupError):
    """An alarm watches a metric that was not recorded; the text names it."""


def value_of(alarm: Mapping[str, Any], minutes: pd.DataFrame, service: str) -> Values:
    """Return what the alarm compares with its threshold at each minute; NaN where there is no datapoint.

    Args:
        alarm: a metric alarm as DescribeAlarms answers it.
        minutes: the recorded metrics, one row a minute.
        service: the value of the dimension `Service` that they have.

    Raises UnknownMetric for a metric that is not among them, ValueError for what cannot be replayed.
    """
    if not alarm.get("Metrics"):
        return _statistic(alarm, alarm.get("Statistic", "none"), alarm["Period"], minutes, service)
    run = _Expressions(alarm, minutes, service)
    watched = [query["Id"] for query in alarm["Metrics"] if query.get("ReturnData", True)]
    try:
        return run.dense(watched[0])
    except MathError as problem:
        raise ValueError(f"The expression of {alarm['AlarmName']} cannot be evaluated: {problem}") from None


def _statistic(metric: Mapping[str, Any], statistic: str, period: int, minutes: pd.DataFrame, service: str) -> Values:
    name, dimensions = metric["MetricName"], {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())}
    if name.lower() not in minutes or dimensions != {"Service": service}:
        told = ", ".join(f"{key}={value}" for key, value in dimensions.items()) or "no dimension"
        raise UnknownMetric(f"{name} with {told}")
    return moving(minutes[name.lower()], max(period // 60, 1), statistic)


class _Expressions:
    """The surroundings of metric math (see the local cloud's evaluation): each query's value at each minute."""

    def __init__(self, alarm: Mapping[str, Any], minutes: pd.DataFrame, service: str) -> None:
        self._queries = {query["Id"]: query for query in alarm["Metrics"]}
        self._minutes, self._service = minutes, service

    def dense(self, name: str) -> Values:
        """Return the value of a query at each minute, NaN in its gaps."""
        value = self.result(name)
        if isinstance(value, float):
            return np.full(len(self._minutes), value)
        if not isinstance(value, Series):
            raise MathError("an alarm needs one series.")
        values: Values = np.full(len(self._minutes), np.nan)
        values[value.slots] = value.values
        return values

    def result(self, name: str) -> Any:
        """Return what the query `name` gives. Raises MathError."""
        if name not in self._queries:
            raise MathError(f"there is no query with the id {name}.")
        query = self._queries[name]
        if "MetricStat" not in query:
            return self._expression(query["Expression"])
        stat = query["MetricStat"]
        values = _statistic(stat["Metric"], stat["Stat"], stat["Period"], self._minutes, self._service)
        return Series(name, name, np.arange(len(values)), values, 60.0)

    def _expression(self, text: str) -> Any:
        strange = sorted({called.upper() for called in _CALL.findall(text)} - MINUTE_BY_MINUTE)
        if strange:
            raise MathError(f"the replay knows {', '.join(sorted(MINUTE_BY_MINUTE))}, and not {strange[0]}.")
        return evaluate(text, self)

    def metrics(self, text: str) -> list[Series]:
        """Return the series of all queries of metrics whose id holds `text`."""
        return [self.result(name) for name, query in self._queries.items() if "MetricStat" in query and text in name]

    def search(self, text: str, stat: str, period: float | None) -> list[Series]:
        """Refuse: an alarm cannot search."""
        raise MathError("an alarm cannot use SEARCH.")

    def slots(self, period: float) -> tuple[int, int]:
        """Return the first minute and the one after the last."""
        return 0, len(self._minutes)
