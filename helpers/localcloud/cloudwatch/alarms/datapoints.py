"""The datapoints that alarms are evaluated on: whole periods up to a moment, shortened as all of AWS's time is.

Alarms on single metrics are read together, one query for all with the same period: a hundred alarms cost little more
than one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.cloudwatch.alarms.evaluation import evaluation_range

from ...cloud import Cloud
from ...scope import Scope
from ...service import ServiceError
from .model import Alarm, Document
from .texts import Point

if TYPE_CHECKING:
    from ..metrics.identity import MetricId
    from ..metrics.query import Metrics

log = logging.getLogger(__name__)

_SIMPLE = {
    "SampleCount": "weight",
    "Sum": "total",
    "Average": "total / weight",
    "Minimum": "low",
    "Maximum": "high",
}
Address = tuple[Scope, str]


@dataclass(frozen=True)
class Found:
    """The periods of an alarm's evaluation range, the oldest first, or why they cannot be had."""

    points: Sequence[Point]
    error: str | None = None


class Datapoints:
    """Reads for alarms."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._made: Metrics | None = None

    @property
    def _metrics(self) -> Metrics:
        if self._made is None:
            from ..metrics.query import Metrics

            self._made = Metrics(self._cloud)
        return self._made

    def read(self, alarms: Sequence[tuple[Scope, Alarm]], end: float) -> Iterator[dict[Address, Found]]:
        """Yield the periods up to `end` (epoch seconds) for each alarm; what is read fast comes first."""
        alone = []
        together: defaultdict[tuple[int, str | None], list[tuple[Scope, Alarm, int]]] = defaultdict(list)
        for scope, alarm in alarms:
            number = self._number(scope, alarm)
            if number is None:
                alone.append((scope, alarm))
            else:
                together[alarm.settings["Period"], alarm.settings.get("Unit")].append((scope, alarm, number))
        for (period, unit), group in together.items():
            yield self._together(period, unit, group, end)
        for scope, alarm in alone:
            yield {(scope, alarm.name): self._alone(scope, alarm, end)}

    def problem(self, scope: Scope, alarm: Alarm) -> str | None:
        """Return why `alarm` could not be evaluated whatever the data are, or None."""
        return self._alone(scope, alarm, self._cloud.clock.now().timestamp()).error

    def _number(self, scope: Scope, alarm: Alarm) -> int | None:
        """Return the number of the one metric whose simple statistic the alarm watches, or None if it is not such."""
        if alarm.settings.get("Statistic") not in _SIMPLE:
            return None
        return self._metrics.table.number(scope, _metric(alarm))

    def _together(
        self, period: int, unit: str | None, group: list[tuple[Scope, Alarm, int]], end: float
    ) -> dict[Address, Found]:
        length = period / self._cloud.clock.time_scale
        most = max(range_of(alarm) for _, alarm, _ in group)
        numbers = sorted({number for _, _, number in group})
        rows = self._metrics.columns.query(
            "SELECT metric, CAST(floor((t - ?) / ?) AS BIGINT) AS slot, sum(weight), sum(total), min(low), max(high)"
            f" FROM datum WHERE metric IN ({', '.join(map(str, numbers))}) AND t >= ? AND t < ?"
            f"{' AND unit = ?' if unit else ''} GROUP BY metric, slot",
            [end * 1000, length * 1000, (end - most * length) * 1000, end * 1000, *([unit] if unit else [])],
        )
        data = {(metric, slot): _statistics(*values) for metric, slot, *values in rows}
        found = {}
        for scope, alarm, number in group:
            slots = range(-range_of(alarm), 0)
            points = [_point(end + slot * length, data.get((number, slot)), alarm) for slot in slots]
            found[scope, alarm.name] = Found(points)
        return found

    def _alone(self, scope: Scope, alarm: Alarm, end: float) -> Found:
        count, length = range_of(alarm), period_of(alarm) / self._cloud.clock.time_scale
        # A thousandth inside the first period: the sum of floats must not fall into the one before.
        start = end - (count - 0.001) * length
        try:
            series = self._metrics.values(
                scope, _queries(alarm), start, end, period_scale=self._cloud.clock.time_scale, origin=end
            )
        except ServiceError as error:
            return Found([], error.message)
        except Exception:
            # One alarm that cannot be read must not keep the others from being evaluated.
            log.exception("The metrics of the alarm %s could not be read", alarm.name)
            return Found([], "The metrics of the alarm could not be read; the log of the local cloud says why.")
        watched = [one for one in series if one.id == "watched"]
        if len(watched) != 1:
            return Found(
                [], f"The expression gives {len(watched)} time series; an alarm watches one. Reduce them, as with SUM."
            )
        samples = next((one for one in series if one.id == "samples"), None)
        by_slot = [
            dict(zip(map(int, s.slots), map(float, s.values), strict=True)) if s else {} for s in (watched[0], samples)
        ]
        return Found([Point(end + s * length, by_slot[0].get(s), by_slot[1].get(s)) for s in range(-count, 0)])


def range_of(alarm: Alarm) -> int:
    """Return how many periods an alarm looks at."""
    return evaluation_range(alarm.settings["EvaluationPeriods"])


def period_of(alarm: Alarm) -> int:
    """Return the period of an alarm in AWS's seconds; for math, the longest of its metrics."""
    if "Period" in alarm.settings:
        return int(alarm.settings["Period"])
    return max(periods_in(alarm.settings["Metrics"]), default=60)


def periods_in(queries: Sequence[Document]) -> list[int]:
    """Return the periods that MetricDataQueries name."""
    return [
        query["MetricStat"]["Period"] if "MetricStat" in query else query["Period"] for query in queries if _has(query)
    ]


def _has(query: Document) -> bool:
    return "MetricStat" in query or "Period" in query


def _queries(alarm: Alarm) -> list[Document]:
    """The query that the alarm watches is named alike for all."""
    settings = alarm.settings
    if "Metrics" in settings:
        watched = next(query for query in settings["Metrics"] if query.get("ReturnData", True))
        return [*settings["Metrics"], {"Id": "watched", "Expression": watched["Id"]}]
    metric = {name: settings[name] for name in ("Namespace", "MetricName", "Dimensions") if name in settings}
    stat: Document = {"Metric": metric, "Period": settings["Period"]}
    if "Unit" in settings:
        stat["Unit"] = settings["Unit"]
    statistic = settings.get("Statistic") or settings["ExtendedStatistic"]
    return [
        {"Id": "watched", "MetricStat": {**stat, "Stat": statistic}},
        {"Id": "samples", "MetricStat": {**stat, "Stat": "SampleCount"}},
    ]


def _metric(alarm: Alarm) -> MetricId:
    from ..metrics.identity import MetricId

    return MetricId.of(alarm.settings["Namespace"], alarm.settings["MetricName"], alarm.settings.get("Dimensions"))


def _statistics(weight: float, total: float, low: float, high: float) -> dict[str, float]:
    average = total / weight if weight else float("nan")
    return {"SampleCount": weight, "Sum": total, "Average": average, "Minimum": low, "Maximum": high}


def _point(start: float, data: dict[str, float] | None, alarm: Alarm) -> Point:
    if data is None:
        return Point(start)
    return Point(start, float(data[alarm.settings["Statistic"]]), float(data["SampleCount"]))
