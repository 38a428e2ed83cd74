"""The operations on metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers.cloudwatch.series import Series

from ...cloud import Cloud
from ...paging import page
from ...scope import Scope
from ...service import Service, ServiceError
from .identity import MetricId
from .query import Metrics, check
from .reading import Window, by_unit, read
from .statistics import SIMPLE, statistic

LISTED = timedelta(days=14)
MOST_QUERIES = 500
MOST_DATAPOINTS = 100_800
MOST_STATISTICS = 1440
PAGE = 500


class MetricOperations(Service):
    """Metrics in, metrics out."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.metrics = Metrics(cloud)

    def start(self) -> None:
        super().start()
        self.metrics.table.create()

    def reset(self, account: str) -> None:
        super().reset(account)
        self.metrics.table.forget(account)

    def put_metric_data(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        data = [*request.get("MetricData", ())]
        for entity in request.get("EntityMetricData", ()):
            data += entity.get("MetricData", ())
        if not data:
            raise ServiceError("MissingRequiredParameterException", "The parameter MetricData is required.")
        _check_namespace(request["Namespace"])
        self.metrics.publish(scope, request["Namespace"], data)
        return {}

    def list_metrics(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        listed = timedelta(hours=3) if request.get("RecentlyActive") else LISTED
        since = self.cloud.clock.now() - listed
        found = self.metrics.table.active(scope, int(since.timestamp() * 1000))
        matching = [metric.as_metric() for metric in found if _is_asked_for(metric, request)]
        shown, token = page(matching, request.get("NextToken"), PAGE, "InvalidParameterValueException")
        return {"Metrics": shown, "NextToken": token}

    def get_metric_data(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        queries, (start, end) = request["MetricDataQueries"], _span(request)
        if not 0 < len(queries) <= MOST_QUERIES:
            raise _invalid(
                f"MetricDataQueries takes 1 to {MOST_QUERIES} queries, not {len(queries)}.", "ValidationError"
            )
        check(queries)
        found = [series for series in self.metrics.values(scope, queries, start, end) if series.return_data]
        descending = request.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        most = min(request.get("MaxDatapoints", MOST_DATAPOINTS), MOST_DATAPOINTS)
        return _paged(found, descending, most, request.get("NextToken"))

    def get_metric_statistics(self, scope: Scope, request: dict[str, Any]) -> dict[str, Any]:
        simple, extended = request.get("Statistics", []), request.get("ExtendedStatistics", [])
        _check_statistics(simple, extended)
        window = _window(request)
        metric = MetricId.of(request["Namespace"], request["MetricName"], request.get("Dimensions"))
        number = self.metrics.table.number(scope, metric)
        points = {} if number is None else self._points(scope, metric, number, window, request)
        return {"Label": request["MetricName"], "Datapoints": list(points.values())}

    def _points(
        self, scope: Scope, metric: MetricId, number: int, window: Window, request: Mapping[str, Any]
    ) -> dict[tuple[int, str], dict[str, Any]]:
        """A datapoint for each period and unit, as the units of a metric are never mixed here."""
        names = list(request.get("Statistics", ()))
        rows = by_unit(self.metrics.columns, number, [SIMPLE[n] for n in names] or ["1"], window, request.get("Unit"))
        points: dict[tuple[int, str], dict[str, Any]] = {}
        for slot, unit, *values in rows:
            moment = datetime.fromtimestamp(slot * window.period, UTC)
            points[slot, unit] = {"Timestamp": moment, "Unit": unit, **dict(zip(names, values, strict=False))}
        for name in request.get("ExtendedStatistics", ()):
            for unit in {unit for _, unit in points}:
                self._extend(points, scope, metric, window, unit, name)
        return points

    def _extend(
        self,
        points: dict[tuple[int, str], dict[str, Any]],
        scope: Scope,
        metric: MetricId,
        window: Window,
        unit: str,
        name: str,
    ) -> None:
        stat = statistic(name)
        assert stat is not None
        slots, values = read(self.metrics.columns, self.metrics.table, scope, metric, stat, window, unit)
        for slot, value in zip(slots, values, strict=True):
            points[int(slot), unit].setdefault("ExtendedStatistics", {})[name] = float(value)


def _check_namespace(namespace: str) -> None:
    if namespace.startswith("AWS/"):
        raise _invalid(f"The value {namespace} for parameter Namespace is invalid: names with AWS/ are for AWS's own.")


def _span(request: Mapping[str, Any]) -> tuple[float, float]:
    start, end = request["StartTime"].timestamp(), request["EndTime"].timestamp()
    if start >= end:
        raise _invalid("The parameter StartTime must be less than the parameter EndTime.", "ValidationError")
    return start, end


def _window(request: Mapping[str, Any]) -> Window:
    start, end, period = request["StartTime"].timestamp(), request["EndTime"].timestamp(), request["Period"]
    if start >= end:
        raise _invalid("The parameter StartTime must be less than the parameter EndTime.")
    if period not in (1, 5, 10, 20, 30) and period % 60:
        raise _invalid(f"The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, not {period}.")
    if (end - start) / period > MOST_STATISTICS:
        raise ServiceError(
            "InvalidParameterCombinationException",
            f"You have requested up to {int((end - start) / period)} datapoints, which exceeds the limit of"
            f" {MOST_STATISTICS}. You may reduce the datapoints requested by increasing Period, or decreasing the"
            " time range.",
        )
    return Window(start, end, float(period))


def _check_statistics(simple: Iterable[str], extended: Sequence[str]) -> None:
    if not simple and not extended:
        raise ServiceError("MissingRequiredParameterException", "Statistics or ExtendedStatistics is required.")
    for name in extended:
        if name in SIMPLE or statistic(name) is None:
            raise _invalid(
                f"The value {name} for parameter ExtendedStatistics is invalid: it is like p99, tm90 or IQM."
            )


def _is_asked_for(metric: MetricId, request: Mapping[str, Any]) -> bool:
    if request.get("Namespace") not in (None, metric.namespace) or request.get("MetricName") not in (None, metric.name):
        return False
    own = dict(metric.dimensions)
    return all(
        wanted["Name"] in own and wanted.get("Value") in (None, own[wanted["Name"]])
        for wanted in request.get("Dimensions", ())
    )


def _paged(found: Sequence[Series], descending: bool, most: int, token: str | None) -> dict[str, Any]:
    """Pages go over all points of the first series, then over those of the next."""
    step = -1 if descending else 1
    everything = [(index, point) for index, series in enumerate(found) for point in range(len(series))[::step]]
    shown, after = page(everything, token, most, "InvalidNextToken")
    results = [_result(series) for series in found]
    for index, point in shown:
        series, result = found[index], results[index]
        result["Timestamps"].append(datetime.fromtimestamp(float(series.slots[point] * series.period), UTC))
        result["Values"].append(float(series.values[point]))
    if after:
        results[shown[-1][0]]["StatusCode"] = "PartialData"
    return {"MetricDataResults": results, "NextToken": after, "Messages": []}


def _result(series: Series) -> dict[str, Any]:
    return {"Id": series.id, "Label": series.label, "Timestamps": [], "Values": [], "StatusCode": "Complete"}


def _invalid(message: str, code: str = "InvalidParameterValueException") -> ServiceError:
    return ServiceError(code, message)
