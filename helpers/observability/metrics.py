"""Metrics in and out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from helpers import aws

if TYPE_CHECKING:
    import pandas as pd

Document = dict[str, Any]


def query(
    namespace: str, name: str, stat: str = "Sum", *, id: str = "m1", period: int = 60, **dimensions: str
) -> Document:
    """Return the MetricDataQuery of one metric, its dimensions given by name (service="web")."""
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": listed}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def seconds(period: int) -> int:
    """Return how many real seconds a period of AWS's lasts where the notebook runs: a minute is a second locally."""
    return max(round(period / aws.time_scale()), 1)


def data(queries: Sequence[Document], *, minutes: float = 15) -> dict[str, list[tuple[float, float]]]:
    """Return (epoch seconds, value) of each query by its label, the earliest first, over the last minutes.

    Minutes and periods are AWS's: where the local cloud runs sixty times as fast, a minute is a second.
    """
    end = datetime.now(UTC) + timedelta(seconds=1)
    start = end - timedelta(minutes=minutes / aws.time_scale())
    found: dict[str, list[tuple[float, float]]] = {}
    pages = aws.client("cloudwatch").get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_in_real_seconds(query) for query in queries],
        StartTime=start, EndTime=end, ScanBy="TimestampAscending",
    )  # fmt: skip
    for page in pages:
        for result in page["MetricDataResults"]:
            moments = [moment.timestamp() for moment in result["Timestamps"]]
            found.setdefault(result["Label"], []).extend(zip(moments, result["Values"], strict=True))
    return found


def statistics(queries: Sequence[Document], *, minutes: float = 15) -> pd.DataFrame:
    """Return what `data` does as a table: a row for each period, a column for each series."""
    import pandas as pd

    columns = {label: dict(points) for label, points in data(queries, minutes=minutes).items()}
    return pd.DataFrame(columns).sort_index()


def latest(queries: Sequence[Document], *, minutes: float = 15) -> dict[str, float | None]:
    """Return the newest value of each query by its label, or None where there is none."""
    return {label: points[-1][1] if points else None for label, points in data(queries, minutes=minutes).items()}


def emf(namespace: str, dimensions: Iterable[Sequence[str]], metrics: Mapping[str, str], **fields: Any) -> str:
    """Return a log line in Embedded Metric Format.

    Args:
        dimensions: sets of names of fields; each set makes a metric of its own.
        metrics: units by the names of the fields that hold the values.
        fields: all that the line says.
    """
    now = round(datetime.now(UTC).timestamp() * 1000)
    directive = {
        "Namespace": namespace,
        "Dimensions": [list(names) for names in dimensions],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in metrics.items()],
    }
    return json.dumps({"_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]}, **fields})


def _in_real_seconds(query: Document) -> Document:
    if "MetricStat" not in query:
        return query
    stat = query["MetricStat"]
    return {**query, "MetricStat": {**stat, "Period": _accepted(seconds(stat["Period"]))}}


def _accepted(period: int) -> int:
    """The periods below a minute that the API takes."""
    return next((short for short in (1, 5, 10, 20, 30) if short >= period), -(-period // 60) * 60)
