"""CloudWatch alarms as they are defined, replayed over recorded minutes: which would have paged, and when.

Expressions, composite rules and suppressors are evaluated by the same code as in the local cloud. Two things are
simpler here: each metric has one value a minute, over which a period slides minute by minute; and a gap counts as
breaching where an alarm says so, and as not breaching otherwise (`missing` and `ignore` would keep a state).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.cloudwatch.alarms.names import name_of
from helpers.cloudwatch.alarms.rule import parse
from helpers.slo.alerts import Alert, episodes
from helpers.slo.mathematics import UnknownMetric, value_of
from helpers.slo.series import Flags, Values, at_least
from helpers.slo.suppressing import acts

Document = Mapping[str, Any]

_OPERATORS = {
    "GreaterThanThreshold": np.greater,
    "GreaterThanOrEqualToThreshold": np.greater_equal,
    "LessThanThreshold": np.less,
    "LessThanOrEqualToThreshold": np.less_equal,
}


@dataclass(frozen=True)
class Definitions:
    """Alarms by name, each as DescribeAlarms answers it; composites have an AlarmRule."""

    alarms: Mapping[str, Document] = field(default_factory=dict)

    def without(self, name: str) -> Definitions:
        """Return these alarms less one."""
        return Definitions({key: alarm for key, alarm in self.alarms.items() if key != name})

    def having(self, alarm: Document) -> Definitions:
        """Return these alarms with `alarm` in the place of the one of its name, or added."""
        return Definitions({**self.alarms, alarm["AlarmName"]: alarm})


def calling(alarm: Document, actions: Mapping[str, str]) -> str | None:
    """Return what `alarm` calls for, "page" before "ticket", by its actions (ARN to action); None if for nothing."""
    if not alarm.get("ActionsEnabled", True):
        return None
    called = {actions[arn] for arn in alarm.get("AlarmActions", ()) if arn in actions}
    return min(called, default=None)


class Rehearsal:
    """Alarms over the minutes of one service.

    Args:
        definitions: the alarms.
        minutes: one row a minute; a metric's column is its name in lower case.
        service: the value of the dimension `Service` whose minutes these are.

    Metrics that are not in `minutes` are missing all the time; `unknown` names them with their alarms.
    """

    def __init__(self, definitions: Definitions, minutes: pd.DataFrame, service: str) -> None:
        self._alarms = definitions.alarms
        self._minutes = minutes
        self._service = service
        self._known: dict[str, Flags] = {}
        self.unknown: dict[str, str] = {}

    def alerts(self, actions: Mapping[str, str]) -> list[Alert]:
        """Return what the alarms would have called for, in order of time; `actions` is "page" or "ticket" by ARN."""
        called = [(name, calling(alarm, actions)) for name, alarm in self._alarms.items()]
        found = [alert for name, action in called if action for alert in self._alerts_of(name, action)]
        return sorted(found, key=lambda alert: (alert.start, alert.rule))

    def in_alarm(self, name: str) -> Flags:
        """Return for each minute whether the alarm is in ALARM.

        Raises ValueError for a definition that a replay cannot evaluate, saying which and why.
        """
        if name not in self._known:
            self._known[name] = np.zeros(len(self._minutes), dtype=np.bool_)  # a cycle of composites stays at rest
            alarm = self._alarms.get(name)
            if alarm is not None:
                self._known[name] = self._composite(alarm) if "AlarmRule" in alarm else self._metric(alarm)
        return self._known[name]

    def _alerts_of(self, name: str, action: str) -> Iterator[Alert]:
        alarm, fires = self._alarms[name], self.in_alarm(name)
        index = pd.DatetimeIndex(self._minutes.index)
        found = list(episodes(index, fires, name, action))
        if "ActionsSuppressor" not in alarm:
            return iter(found)
        suppressor = self.in_alarm(name_of(alarm["ActionsSuppressor"]))
        wait, extension = (alarm.get(f"ActionsSuppressor{part}", 0) / 60 for part in ("WaitPeriod", "ExtensionPeriod"))
        told = [index[minute] for minute in acts(fires, suppressor, wait, extension)]
        return (replace(alert, start=start) for start in told for alert in found if alert.start <= start < alert.end)

    def _composite(self, alarm: Document) -> Flags:
        rule = parse(alarm["AlarmRule"])
        if not rule.children:
            return np.full(len(self._minutes), rule.holds({}), dtype=np.bool_)
        table = np.array([self.in_alarm(child) for child in rule.children])
        # Few combinations of states ever occur: the rule is asked once for each.
        combinations, which = np.unique(table, axis=1, return_inverse=True)
        words = [["ALARM" if state else "OK" for state in column] for column in combinations.T]
        holds = np.array([rule.holds(dict(zip(rule.children, column, strict=True))) for column in words])
        true: Flags = holds[which.reshape(-1)]
        return true

    def _metric(self, alarm: Document) -> Flags:
        operator = _OPERATORS.get(alarm.get("ComparisonOperator", ""))
        if operator is None or "Threshold" not in alarm:
            raise ValueError(f"{alarm['AlarmName']} compares with no fixed threshold; a replay cannot evaluate it.")
        period = _period(alarm)
        try:
            values = value_of(alarm, self._minutes, self._service)
        except UnknownMetric as problem:
            self.unknown[alarm["AlarmName"]] = str(problem)
            values = np.full(len(self._minutes), np.nan)
        breaching = _breaching(values, operator(values, alarm["Threshold"]), alarm)
        datapoints = alarm["EvaluationPeriods"]
        return at_least(breaching, alarm.get("DatapointsToAlarm", datapoints), datapoints, period)


def _breaching(values: Values, beyond: Flags, alarm: Document) -> Flags:
    if alarm.get("TreatMissingData") == "breaching":
        return beyond | np.isnan(values)
    return beyond & ~np.isnan(values)


def _period(alarm: Document) -> int:
    """Return the period of an alarm's datapoints in minutes."""
    stats = [query["MetricStat"]["Period"] for query in alarm.get("Metrics", ()) if "MetricStat" in query]
    seconds = max([*stats, alarm.get("Period", 0)])
    if seconds < 60 or seconds % 60:
        raise ValueError(f"{alarm['AlarmName']} has a period of {seconds} seconds; the replay knows whole minutes.")
    return int(seconds // 60)
