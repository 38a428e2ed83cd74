"""What the datapoints of a metric alarm make of its state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from helpers.cloudwatch.alarms.evaluation import Missing, breaches, evaluate, samples_needed
from helpers.cloudwatch.alarms.names import StateValue

from . import texts
from .datapoints import period_of
from .model import Alarm, m_of_n
from .texts import Point


@dataclass(frozen=True)
class Verdict:
    """The state in which an alarm ought to be, with its reason in words and as JSON."""

    value: StateValue
    reason: str
    data: str


def judge(alarm: Alarm, found: Sequence[Point], now: datetime) -> Verdict | None:
    """Return the verdict on `alarm` from the periods of its evaluation range, or None if its state stays.

    Where the alarm says `ignore`, a percentile of too few samples changes nothing: be it the newest datapoint or any
    other that would decide (an assumption; AWS speaks of "periods with too few data points").
    """
    settings, points = alarm.settings, [_marked(alarm, point) for point in found]
    to_alarm, periods = m_of_n(settings)
    deciding = _deciding(points, periods)
    if _too_few_samples(alarm, deciding):
        return None
    slots = [point.breaching for point in points]
    value = evaluate(slots, periods, to_alarm, missing_mode(alarm), alarm.state.value)
    if value == alarm.state.value:
        return None
    data = texts.reason_data(settings, period_of(alarm), deciding, now)
    return Verdict(value, texts.reason(settings, value, deciding), data)


def missing_mode(alarm: Alarm) -> Missing:
    """Return what missing datapoints count for; alarms on AWS/DynamoDB ignore them whatever they say."""
    if alarm.settings.get("Namespace") == "AWS/DynamoDB":
        return "ignore"
    return cast(Missing, alarm.settings.get("TreatMissingData", "missing"))


def _marked(alarm: Alarm, point: Point) -> Point:
    """A value that is not a finite number is no datapoint."""
    if point.value is None or not math.isfinite(point.value):
        return Point(point.start)
    settings = alarm.settings
    return replace(point, breaching=breaches(point.value, settings["ComparisonOperator"], settings["Threshold"]))


def _deciding(points: Sequence[Point], periods: int) -> list[Point]:
    """Return the N newest datapoints; where there are fewer, with as many of the newest periods without one."""
    known = [point for point in points if point.value is not None][-periods:]
    gaps = [point for point in points if point.value is None]
    fill = gaps[len(gaps) - (periods - len(known)) :] if len(known) < periods else []
    return sorted([*known, *fill], key=lambda point: point.start)


def _too_few_samples(alarm: Alarm, points: Sequence[Point]) -> bool:
    if alarm.settings.get("EvaluateLowSampleCountPercentile") != "ignore":
        return False
    needed = samples_needed(alarm.settings.get("ExtendedStatistic", ""))
    return any(point.samples is not None and point.samples < needed for point in points)
