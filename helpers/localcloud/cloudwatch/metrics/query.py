"""Answers MetricDataQueries: statistics of metrics, and expressions over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helpers.cloudwatch.series import Series

from ...scope import Scope
from ...service import ServiceError
from .identity import MetricId
from .ingestion import rows_of
from .labels import default_label, label_of
from .reading import Window, read
from .statistics import Statistic, statistic
from .table import table_of

if TYPE_CHECKING:
    from helpers.cloudwatch.math.values import Value

    from ...cloud import Cloud

__all__ = ["Metrics", "Query", "Series"]

Query = Mapping[str, Any]


class Metrics:
    """Reads metrics for whoever needs them: the API, alarms, pictures."""

    def __init__(self, cloud: Cloud) -> None:
        self.clock = cloud.clock
        self.columns = cloud.columns
        self.table = table_of(cloud.columns)

    def publish(self, scope: Scope, namespace: str, data: Sequence[Mapping[str, Any]]) -> None:
        """Keep `data` (API shape MetricDatum). Raises ServiceError."""
        self.table.append(scope, rows_of(namespace, data, self.clock.now(), self.clock.time_scale))

    def values(
        self,
        scope: Scope,
        queries: Sequence[Query],
        start: float,
        end: float,
        *,
        period_scale: float = 1.0,
        origin: float = 0.0,
    ) -> list[Series]:
        """Return the series of all `queries`, an expression that finds many giving many, in their order.

        `start` and `end` are epoch seconds; a Period of N seconds covers N / `period_scale` of them.
        Periods are counted from `origin`, an epoch second at which one begins. Raises ServiceError for a query that
        makes no sense.
        """
        run = _Run(self, scope, {query["Id"]: query for query in queries}, start, end, period_scale, origin)
        return [series for query in queries for series in run.named(query)]


def check(queries: Sequence[Query]) -> None:
    """Raise ServiceError if `queries` could not be answered whatever the data are."""
    from helpers.cloudwatch.math import MathError, names_in

    known = {query["Id"] for query in queries}
    if len(known) != len(queries):
        raise _refused("The ids of MetricDataQueries must differ from each other.")
    for query in queries:
        if ("Expression" in query) == ("MetricStat" in query):
            raise _refused(f"The query {query['Id']} takes either Expression or MetricStat.")
        if "MetricStat" in query:
            _statistic_of(query["MetricStat"]["Stat"])
            _check_period(query["MetricStat"]["Period"])
            continue
        try:
            names = names_in(query["Expression"]) if not query["Expression"].lstrip().startswith("SELECT") else set()
        except MathError as error:
            raise _refused(f"Error in expression '{query['Id']}': {error}") from None
        if missing := sorted(names - known):
            raise _refused(f"Error in expression '{query['Id']}': there is no query with the id {missing[0]}.")


@dataclass
class _Run:
    """The answers to one set of queries; each is found once."""

    source: Metrics
    scope: Scope
    queries: dict[str, Query]
    start: float
    end: float
    scale: float
    origin: float
    _known: dict[str, Value] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def named(self, query: Query) -> list[Series]:
        """Return the series of `query` with its id and labels."""
        value = self._reported(query["Id"])
        if isinstance(value, float):
            value = self._constant(value)
        several = [value] if isinstance(value, Series) else value
        if not isinstance(several, list):
            raise _refused(f"Error in expression '{query['Id']}': it gives a text, not numbers.")
        shown = query.get("ReturnData", True)
        return [replace(s, id=query["Id"], label=self._label(query, s), return_data=shown) for s in several]

    def _reported(self, name: str) -> Value:
        from helpers.cloudwatch.math import MathError

        try:
            return self.result(name)
        except MathError as error:
            raise _refused(f"Error in expression '{name}': {error}") from None

    def result(self, name: str) -> Value:
        """Return what the query `name` gives. Raises MathError."""
        from helpers.cloudwatch.math import MathError, evaluate

        if name in self._known:
            return self._known[name]
        if name not in self.queries:
            raise MathError(f"there is no query with the id {name}.")
        if name in self._open:
            raise MathError(f"it depends on itself: {' -> '.join([*self._open, name])}.")
        self._open.append(name)
        query = self.queries[name]
        stat = query.get("MetricStat")
        self._known[name] = self._metric(stat) if stat else evaluate(query["Expression"], self)
        self._open.pop()
        return self._known[name]

    def metrics(self, text: str) -> list[Series]:
        """Return the series of all queries of metrics whose id holds `text`."""
        found = [self.result(name) for name, query in self.queries.items() if "MetricStat" in query and text in name]
        return [value for value in found if isinstance(value, Series)]

    def search(self, text: str, stat: str, period: float | None) -> list[Series]:
        """Return a series for each metric that `text` finds. Raises MathError."""
        from .search import find

        found = find(text, self.source.table.metrics(self.scope))
        wanted, seconds = _statistic_of(stat), (period or 300.0) / self.scale
        every = [
            replace(self._read(metric, wanted, seconds, None), label=default_label(metric, found)) for metric in found
        ]
        return [series for series in every if len(series)]

    def slots(self, period: float) -> tuple[int, int]:
        """Return the first period asked for and the one after the last."""
        return Window(self.start, self.end, period, self.origin).bounds()

    def _metric(self, stat: Mapping[str, Any]) -> Series:
        metric, period = MetricId.of_metric(stat["Metric"]), stat["Period"] / self.scale
        return self._read(metric, _statistic_of(stat["Stat"]), period, stat.get("Unit"))

    def _read(self, metric: MetricId, stat: Statistic, period: float, unit: str | None) -> Series:
        window = Window(self.start, self.end, period, self.origin)
        slots, values = read(self.source.columns, self.source.table, self.scope, metric, stat, window, unit)
        return Series("", metric.name, slots, values, period)

    def _constant(self, value: float) -> Series:
        import numpy as np

        period = max((series.period for series in self.metrics("")), default=60.0 / self.scale)
        first, after = self.slots(period)
        slots = np.arange(first, after)
        sound = not np.isnan(value)
        return Series("", "", slots[: None if sound else 0], np.full(len(slots) if sound else 0, value), period)

    def _asked(self) -> list[MetricId]:
        stats = [query["MetricStat"] for query in self.queries.values() if "MetricStat" in query]
        return [MetricId.of_metric(stat["Metric"]) for stat in stats]

    def _label(self, query: Query, series: Series) -> str:
        stat = query.get("MetricStat")
        metric = MetricId.of_metric(stat["Metric"]) if stat else None
        searched = "SEARCH" in query.get("Expression", "")
        default = default_label(metric, self._asked()) if metric else (series.label if searched else query["Id"])
        return label_of(query.get("Label", ""), default, series, metric, stat["Stat"] if stat else "")


def _statistic_of(name: str) -> Statistic:
    found = statistic(name)
    if found is None:
        raise _refused(
            f"The value {name!r} for Stat is not a statistic. There are SampleCount, Average, Sum, Minimum, Maximum,"
            " IQM, p99 (0 to 100), tm90, wm90, tc90, ts90, TM(10%:90%), PR(:300)."
        )
    return found


def _check_period(period: int) -> None:
    if period not in (1, 5, 10, 20, 30) and (period % 60 or not period):
        raise _refused(f"The value {period} for Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds.")


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
