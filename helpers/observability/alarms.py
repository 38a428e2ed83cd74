"""Alarms: what they were, and a picture of one over its metric."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from helpers import aws, show
from helpers.observability.metrics import data

LIMIT = 900.0
_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


def settled(name: str, state: str, *, limit: float = LIMIT) -> dict[str, Any]:
    """Wait until the alarm is in `state` and return it. Raises WaitTimeout."""
    return aws.wait(f"{name} to be {state}", lambda: _in_state(name, state), limit=limit)


def _in_state(name: str, state: str) -> dict[str, Any] | None:
    found = find(name)
    return found if found and found["StateValue"] == state else None


def find(name: str) -> dict[str, Any] | None:
    """Return the metric or composite alarm called `name`, or None."""
    answer = aws.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    found = [*answer["MetricAlarms"], *answer["CompositeAlarms"]]
    return found[0] if found else None


def transitions(name: str) -> list[tuple[datetime, str, str]]:
    """Return (moment, old state, new state) of each change, the earliest first."""
    pages = aws.client("cloudwatch").get_paginator("describe_alarm_history").paginate(
        AlarmName=name, AlarmTypes=["MetricAlarm", "CompositeAlarm"], HistoryItemType="StateUpdate",
        ScanBy="TimestampAscending",
    )  # fmt: skip
    return [_transition(item) for page in pages for item in page["AlarmHistoryItems"]]


def _transition(item: dict[str, Any]) -> tuple[datetime, str, str]:
    told = json.loads(item["HistoryData"])
    return item["Timestamp"], told["oldState"]["stateValue"], told["newState"]["stateValue"]


def alarm(name: str, *, minutes: float = 15) -> show.Picture:
    """Show a metric alarm over its metric: the values, the threshold, and the states below."""
    found = find(name)
    if found is None:
        raise aws.WorkbookError(f"There is no alarm {name}.")
    points = data(_queries(found), minutes=minutes)
    lines = [show.Line(label, *_columns(values)) for label, values in points.items()]
    now = datetime.now(UTC).timestamp()
    window = (now - minutes * 60 / aws.time_scale(), now)
    limit = show.Limit(f"{_SIGNS[found['ComparisonOperator']]} {found['Threshold']:g}", found["Threshold"])
    return show.chart(lines, name, limits=[limit], states=_states(name, found, window), window=window)


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [moment for moment, _ in points], [value for _, value in points]


def _queries(found: dict[str, Any]) -> list[dict[str, Any]]:
    if "Metrics" in found:
        return list(found["Metrics"])
    metric = {key: found[key] for key in ("Namespace", "MetricName", "Dimensions")}
    stat = found.get("Statistic") or found["ExtendedStatistic"]
    return [{"Id": "m1", "MetricStat": {"Metric": metric, "Period": found["Period"], "Stat": stat}}]


def _states(name: str, found: dict[str, Any], window: tuple[float, float]) -> list[show.State]:
    changes = [(moment.timestamp(), new) for moment, _, new in transitions(name)]
    before = [new for moment, new in changes if moment <= window[0]]
    first = before[-1] if before else (transitions(name)[0][1] if changes else found["StateValue"])
    marks = [(window[0], first), *((moment, new) for moment, new in changes if moment > window[0])]
    ends = [moment for moment, _ in marks[1:]] + [window[1]]
    return [show.State(state, start, end) for (start, state), end in zip(marks, ends, strict=True)]
