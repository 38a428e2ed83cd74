"""The two tables of metrics: which there are, and their datapoints."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary, ref

from ...columns import Columns
from ...scope import Scope
from .identity import MetricId
from .ingestion import Rows

_METRIC = """
CREATE TABLE IF NOT EXISTS metric (
    metric BIGINT, account VARCHAR, region VARCHAR, namespace VARCHAR, name VARCHAR, dimensions VARCHAR
)
"""
# `value` and `weight` are one measured value and how often it came; a statistic set has no `value`.
_DATUM = """
CREATE TABLE IF NOT EXISTS datum (
    metric BIGINT, t BIGINT, value DOUBLE, weight DOUBLE, total DOUBLE, low DOUBLE, high DOUBLE, unit VARCHAR
)
"""
_Key = tuple[Scope, MetricId]
_tables: WeakKeyDictionary[Columns, MetricTable] = WeakKeyDictionary()


def table_of(columns: Columns) -> MetricTable:
    """Return the one table of metrics in `columns`: two would number their metrics alike."""
    return _tables.setdefault(columns, MetricTable(columns))


class MetricTable:
    """Adds datapoints and finds metrics; one for the whole cloud."""

    def __init__(self, columns: Columns) -> None:
        self._of = ref(columns)
        self._lock = threading.Lock()
        self._numbers: dict[_Key, int] | None = None
        self._last = 0

    @property
    def _columns(self) -> Columns:
        columns = self._of()
        assert columns is not None
        return columns

    def create(self) -> None:
        """Make the tables where they are not there yet."""
        self._columns.create(_METRIC)
        self._columns.create(_DATUM)

    def append(self, scope: Scope, rows: Rows) -> None:
        """Add datapoints, durable when this returns."""
        with self._lock:
            known = self._known()
            self._introduce(scope, known, {metric for metric in rows.metrics if (scope, metric) not in known})
            numbers = [known[scope, metric] for metric in rows.metrics]
        self._columns.append("datum", rows.columns(numbers))

    def number(self, scope: Scope, metric: MetricId) -> int | None:
        """Return the number under which the rows of `metric` are, or None if there never was one."""
        with self._lock:
            return self._known().get((scope, metric))

    def metrics(self, scope: Scope) -> list[MetricId]:
        """Return all metrics of `scope`, the oldest first."""
        with self._lock:
            return [metric for at, metric in self._known() if at == scope]

    def active(self, scope: Scope, since: int) -> list[MetricId]:
        """Return the metrics of `scope` with a datapoint at or after `since` (epoch milliseconds), the oldest first."""
        found = self._columns.query("SELECT DISTINCT metric FROM datum WHERE t >= ?", [since])
        numbers = {number for (number,) in found}
        with self._lock:
            return [m for (at, m), number in self._known().items() if at == scope and number in numbers]

    def forget(self, account: str) -> None:
        """Delete all metrics of `account`."""
        with self._lock, self._columns.transaction() as transaction:
            transaction.query(
                "DELETE FROM datum WHERE metric IN (SELECT metric FROM metric WHERE account = ?)", [account]
            )
            transaction.query("DELETE FROM metric WHERE account = ?", [account])
            self._numbers = None

    def _introduce(self, scope: Scope, numbers: dict[_Key, int], new: set[MetricId]) -> None:
        if not new:
            return
        made = {metric: self._last + index for index, metric in enumerate(sorted(new, key=str), 1)}
        self._columns.append(
            "metric",
            {
                "metric": list(made.values()),
                "account": [scope.account] * len(made),
                "region": [scope.region] * len(made),
                "namespace": [metric.namespace for metric in made],
                "name": [metric.name for metric in made],
                "dimensions": [metric.dimensions_text() for metric in made],
            },
        )
        self._last += len(made)
        numbers.update({(scope, metric): number for metric, number in made.items()})

    def _known(self) -> dict[_Key, int]:
        """A lookup for each datapoint in memory: a query for each would take longer than all the rest."""
        if self._numbers is None:
            rows = self._columns.query(
                "SELECT metric, account, region, namespace, name, dimensions FROM metric ORDER BY metric"
            )
            self._numbers = {
                (Scope(account, region), MetricId(namespace, name, MetricId.dimensions_of(dimensions))): number
                for number, account, region, namespace, name, dimensions in rows
            }
            self._last = max(self._numbers.values(), default=self._last)
        return self._numbers
