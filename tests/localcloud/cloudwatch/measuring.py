"""Puts datapoints and asks for them, in few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

NAMESPACE = "Shop"


_minutes = [datetime.now(UTC)]


def begin() -> None:
    """Count all moments of a test from the minute in which it begins, also when it lasts into the next one."""
    _minutes[:] = [datetime.now(UTC).replace(second=0, microsecond=0)]


def moment(minutes_ago: float = 0.0) -> datetime:
    """Return a moment, on a whole minute so that what is put there stays within one period."""
    return _minutes[0] - timedelta(minutes=minutes_ago)


def datum(name: str, at: datetime, *, service: str = "web", **more: Any) -> dict[str, Any]:
    """Return a datum of `name` with the one dimension that these tests use."""
    return {"MetricName": name, "Timestamp": at, "Dimensions": [{"Name": "service", "Value": service}], **more}


def put(client: Any, *data: dict[str, Any]) -> None:
    """Put `data`, as many calls as it takes."""
    for first in range(0, len(data), 1000):
        client.put_metric_data(Namespace=NAMESPACE, MetricData=list(data[first : first + 1000]))


def stat(name: str, stat: str = "Sum", *, id: str = "m", service: str = "web", period: int = 60) -> dict[str, Any]:
    """Return a query of one metric."""
    metric = {
        "Namespace": NAMESPACE,
        "MetricName": name,
        "Dimensions": [{"Name": "service", "Value": service}],
    }
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def ask(client: Any, *queries: dict[str, Any], minutes: float = 60) -> dict[str, list[float]]:
    """Return the values of each query over the last `minutes`, the earliest first, by id (and label, if many)."""
    results = answer(client, *queries, minutes=minutes)
    return {result["Id"]: result["Values"] for result in results}


def answer(client: Any, *queries: dict[str, Any], minutes: float = 60) -> list[dict[str, Any]]:
    """Return the results of GetMetricData over the last `minutes`, the earliest first."""
    start, end = moment(minutes), moment(-1)
    answered = client.get_metric_data(
        MetricDataQueries=list(queries), StartTime=start, EndTime=end, ScanBy="TimestampAscending"
    )
    results: list[dict[str, Any]] = answered["MetricDataResults"]
    return results


def series(client: Any, name: str, values: Iterable[float | None], *, service: str = "web") -> None:
    """Put one value a minute, the last one a minute ago; None leaves a gap."""
    listed = list(values)
    at = [(moment(len(listed) - index), value) for index, value in enumerate(listed)]
    put(client, *(datum(name, when, service=service, Value=value) for when, value in at if value is not None))
