"""How CloudWatch writes moments, numbers and reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from helpers.cloudwatch.alarms.names import StateValue

from .model import Alarm, Document, m_of_n

_COMPARED = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_FILLED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


@dataclass(frozen=True)
class Point:
    """A period that was evaluated: its start, and value and number of samples where there is a datapoint."""

    start: float
    value: float | None = None
    samples: float | None = None
    breaching: bool | None = None


def stamp(moment: datetime | float) -> str:
    """Return a moment as CloudWatch's documents have it: 2019-10-02T17:04:40.989+0000."""
    at = moment.astimezone(UTC) if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def spoken(moment: datetime) -> str:
    """Return a moment as in "Friday 22 July, 2022 15:57:45 UTC"."""
    return f"{moment.astimezone(UTC):%A %d %B, %Y %H:%M:%S} UTC"


def compact(value: Any) -> str:
    """Return `value` as JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), default=str)


def reason(settings: Document, state: StateValue, points: Sequence[Point]) -> str:
    """Return why an alarm with `settings` is in `state`, from the periods that decided, the oldest first."""
    known = [point for point in points if point.value is not None]
    missing = len(points) - len(known)
    if state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {_count(missing, 'datapoint')} {_was(missing)} unknown."
    filled = _FILLED.get(settings.get("TreatMissingData", "missing"))
    if filled and missing and (not known or not _decided(settings, state, known)):
        got = f"{_count(len(known), 'datapoint')} {_was(len(known))}" if known else "no datapoints were"
        treated = f"{_count(missing, 'missing datapoint')} {_was(missing)} treated as [{filled}]"
        return f"Threshold Crossed: {got} received for {_count(len(points), 'period')} and {treated}."
    return _crossed(settings, state, known)


def _decided(settings: Document, state: StateValue, known: Sequence[Point]) -> bool:
    """Whether the datapoints alone make the state, without what counts for missing ones."""
    to_alarm, periods = m_of_n(settings)
    needed = to_alarm if state == "ALARM" else periods - to_alarm + 1
    return sum(bool(point.breaching) == (state == "ALARM") for point in known) >= needed


def _crossed(settings: Document, state: StateValue, known: Sequence[Point]) -> str:
    alarming = state == "ALARM"
    shown = [point for point in reversed(known) if bool(point.breaching) == alarming] or list(reversed(known))
    listed = ", ".join(f"{point.value!r} ({_clock(point.start)})" for point in shown)
    periods = settings["EvaluationPeriods"]
    m_of_n = settings.get("DatapointsToAlarm")
    counted = f"{len(shown)} out of the last {periods} datapoints" if m_of_n else _count(len(shown), "datapoint")
    verb = f"{_was(len(shown))}{'' if alarming else ' not'}"
    text = f"Threshold Crossed: {counted} [{listed}] {verb} {_COMPARED[settings['ComparisonOperator']]} the threshold"
    return f"{text} ({float(settings['Threshold'])!r}){_minimum(m_of_n, periods, alarming)}."


def _minimum(m_of_n: int | None, periods: int, alarming: bool) -> str:
    if not m_of_n:
        return ""
    needed = m_of_n if alarming else periods - m_of_n + 1
    arrow = "OK -> ALARM" if alarming else "ALARM -> OK"
    return f" (minimum {_count(needed, 'datapoint')} for {arrow} transition)"


def reason_data(settings: Document, period: float, points: Sequence[Point], now: datetime) -> str:
    """Return the same as JSON. `points` are the periods that decided, the oldest first; `period` is AWS's seconds."""
    known = [point for point in points if point.value is not None]
    document: Document = {"version": "1.0", "queryDate": stamp(now)}
    if known:
        document["startDate"] = stamp(known[0].start)
    if "Unit" in settings:
        document["unit"] = settings["Unit"]
    if statistic := settings.get("Statistic") or settings.get("ExtendedStatistic"):
        document["statistic"] = statistic
    document |= {"period": int(period), "recentDatapoints": [point.value for point in known]}
    document |= {"threshold": settings["Threshold"], "evaluatedDatapoints": [_evaluated(p) for p in reversed(points)]}
    return compact(document)


def _evaluated(point: Point) -> Document:
    parts = {"timestamp": stamp(point.start), "sampleCount": point.samples, "value": point.value}
    return {name: value for name, value in parts.items() if value is not None}


def composite_reason(cause: Alarm) -> str:
    """Return why a composite changed: because its child `cause` did."""
    return f"{cause.arn} transitioned to {cause.state.value} at {spoken(cause.state.since)}"


def triggering(alarms: Sequence[Alarm]) -> str:
    """Return the alarms behind a composite's state as JSON."""
    listed = [{"arn": a.arn, "state": {"value": a.state.value, "timestamp": stamp(a.state.since)}} for a in alarms]
    return compact({"triggeringAlarms": listed})


def _clock(start: float) -> str:
    return f"{datetime.fromtimestamp(start, UTC):%d/%m/%y %H:%M:%S}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
