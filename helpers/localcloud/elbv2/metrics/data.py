"""The datapoints that requests make; pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .served import Served

NAMESPACE = "AWS/ApplicationELB"
_VALUES = 150
Dimensions = tuple[tuple[str, str], ...]
_Counted = tuple[str, Dimensions]


def data_of(requests: Sequence[Served], period: float, targets: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the data of PutMetricData for `requests` of one account and region.

    `period` is a minute of AWS's in real seconds; `targets` says how many targets serve for each target group.
    """
    by_period: dict[int, list[Served]] = defaultdict(list)
    for request in requests:
        by_period[int(request.at // period)].append(request)
    return [
        datum
        for _, some in sorted(by_period.items())
        for datum in _of_one_period(some, max(r.at for r in some), targets)
    ]


def host_counts(balancer: str, group: str, healthy: int, unhealthy: int) -> list[dict[str, Any]]:
    """Return the data on the targets of a group."""
    dimensions = _named((("TargetGroup", group), ("LoadBalancer", balancer)))
    counts = {"HealthyHostCount": healthy, "UnHealthyHostCount": unhealthy}
    return [
        {"MetricName": name, "Dimensions": dimensions, "Value": float(value), "Unit": "Count"}
        for name, value in counts.items()
    ]


def _of_one_period(requests: Sequence[Served], at: float, targets: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    moment = datetime.fromtimestamp(at, UTC)
    counts: Counter[_Counted] = Counter(pair for request in requests for pair in _counted(request))
    for (name, dimensions), number in counts.items():
        common = {"MetricName": name, "Dimensions": _named(dimensions), "Timestamp": moment}
        if name == "RequestCountPerTarget":
            share = number / max(targets.get(dict(dimensions)["TargetGroup"], 1), 1)
            yield {**common, "Value": share, "Unit": "None"}
        else:
            yield {**common, "Values": [1.0], "Counts": [float(number)], "Unit": "Count"}
    yield from _response_times(requests, moment)


def _response_times(requests: Sequence[Served], moment: datetime) -> Iterable[dict[str, Any]]:
    times: dict[Dimensions, list[float]] = defaultdict(list)
    for request in requests:
        if request.response_time is not None:
            for dimensions in _of_both(request):
                times[dimensions].append(request.response_time)
    for dimensions, values in times.items():
        for start in range(0, len(values), _VALUES):
            yield {
                "MetricName": "TargetResponseTime",
                "Dimensions": _named(dimensions),
                "Timestamp": moment,
                "Values": values[start : start + _VALUES],
                "Unit": "Seconds",
            }


def _counted(request: Served) -> Iterable[_Counted]:
    """Return what a request adds one to."""
    names = []
    if request.reached:
        names.append("RequestCount")
    if request.answered:
        names.append(f"HTTPCode_Target_{request.status // 100}XX_Count")
    if request.refused:
        names.append("TargetConnectionErrorCount")
    yield from ((name, dimensions) for name in names for dimensions in _of_both(request))
    yield from ((name, (("LoadBalancer", request.load_balancer),)) for name in _own_codes(request))
    if request.reached and request.target_group:
        group = ("TargetGroup", request.target_group)
        yield "RequestCountPerTarget", (group,)
        yield "RequestCountPerTarget", (group, ("LoadBalancer", request.load_balancer))


def _own_codes(request: Served) -> list[str]:
    """Return the metrics on answers of the load balancer's own; a client that went away counts as 4XX."""
    if not request.own:
        return []
    if request.status < 500:
        return ["HTTPCode_ELB_4XX_Count"]
    detailed = [f"HTTPCode_ELB_{request.status}_Count"] if request.status in (500, 502, 503, 504) else []
    return ["HTTPCode_ELB_5XX_Count", *detailed]


def _of_both(request: Served) -> list[Dimensions]:
    balancer = ("LoadBalancer", request.load_balancer)
    group = [(("TargetGroup", request.target_group), balancer)] if request.target_group else []
    return [(balancer,), *group]


def _named(dimensions: Dimensions) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions]
