"""Hands datapoints that were found in logs to CloudWatch, many at a time."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .followers import TargetDown

log = logging.getLogger(__name__)

# PutMetricData: data in a call, values in a datum.
_DATA = 1_000
_VALUES = 150


@dataclass(frozen=True, slots=True)
class Series:
    """What datapoints are of. `dimensions` are pairs in order; `unit` and `resolution` (seconds) may be left open."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...] = ()
    unit: str | None = None
    resolution: int | None = None


# A series, epoch milliseconds, value.
Datapoint = tuple[Series, int, float]


def publish(client: Any, datapoints: Iterable[Datapoint]) -> None:
    """Put `datapoints` by the CloudWatch client `client`. Raises TargetDown.

    What CloudWatch refuses (a dimension that is no ASCII, say) is left out with a warning; the rest is put.
    """
    by_namespace: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (series, second), values in _gathered(datapoints).items():
        for start in range(0, len(values), _VALUES):
            part = dict(list(values.items())[start : start + _VALUES])
            by_namespace[series.namespace].append(_datum(series, second, part))
    for namespace, data in by_namespace.items():
        for start in range(0, len(data), _DATA):
            _put(client, namespace, data[start : start + _DATA])


def _gathered(datapoints: Iterable[Datapoint]) -> dict[tuple[Series, int], dict[float, int]]:
    """Count equal values of a series in the same second: metrics have no finer time."""
    gathered: dict[tuple[Series, int], dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for series, t, value in datapoints:
        if math.isfinite(value):
            gathered[series, t // 1000][value] += 1
    return gathered


def _datum(series: Series, second: int, values: dict[float, int]) -> dict[str, Any]:
    datum: dict[str, Any] = {
        "MetricName": series.metric,
        "Timestamp": datetime.fromtimestamp(second, UTC),
        "Values": list(values),
        "Counts": [float(count) for count in values.values()],
        "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
        "Unit": series.unit,
        "StorageResolution": series.resolution,
    }
    return {name: value for name, value in datum.items() if value not in (None, [])}


def _put(client: Any, namespace: str, data: Sequence[dict[str, Any]]) -> None:
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        client.put_metric_data(Namespace=namespace, MetricData=list(data))
    except (ClientError, ParamValidationError) as error:
        if isinstance(error, ClientError) and is_passing(error):
            raise TargetDown(str(error)) from error
        _put_halves(client, namespace, data, error)
    except BotoCoreError as error:
        raise TargetDown(str(error)) from error


def _put_halves(client: Any, namespace: str, data: Sequence[dict[str, Any]], error: Exception) -> None:
    if len(data) == 1:
        log.warning("CloudWatch refused a datapoint of %s: %s", data[0]["MetricName"], error)
        return
    middle = len(data) // 2
    _put(client, namespace, data[:middle])
    _put(client, namespace, data[middle:])


def is_passing(error: Any) -> bool:
    """Return whether the same call may succeed later: AWS retries throttling and faults of the service."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    code = error.response.get("Error", {}).get("Code", "")
    return bool(status >= 500 or status == 429 or "Throttl" in code or "TooManyRequests" in code or "Limit" in code)
