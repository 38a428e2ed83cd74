"""DescribeAlarms, DescribeAlarmsForMetric and DescribeAlarmHistory."""

from __future__ import annotations

from ...paging import page
from ...scope import Scope
from .base import AlarmParts
from .documents import describe
from .model import ACTIONS, Alarm, Document, HistoryItem
from .validation import refused

_PAGE = 50
_BAD_TOKEN = "InvalidNextToken"
_RELATIVES = ("ChildrenOfAlarmName", "ParentsOfAlarmName")


class DescribingOperations(AlarmParts):
    """What there is, and what happened."""

    def describe_alarms(self, scope: Scope, request: Document) -> Document:
        shown = self._relatives(scope, request) if _asks_for_relatives(request) else self._matching(scope, request)
        items, token = page(shown, request.get("NextToken"), request.get("MaxRecords", _PAGE), _BAD_TOKEN)
        of = {kind: [document for own, document in items if own == kind] for kind in ("CompositeAlarm", "MetricAlarm")}
        return {
            "CompositeAlarms": of["CompositeAlarm"],
            "MetricAlarms": of["MetricAlarm"],
            "LogAlarms": [],
            "NextToken": token,
        }

    def describe_alarms_for_metric(self, scope: Scope, request: Document) -> Document:
        alarms = [alarm for alarm in self._records.all(scope) if _watches(alarm, request)]
        return {"MetricAlarms": [describe(alarm) for alarm in _sorted(alarms)]}

    def describe_alarm_history(self, scope: Scope, request: Document) -> Document:
        items = [
            item for item in self._records.history_of(scope, request.get("AlarmName")) if _is_asked_for(item, request)
        ]
        if request.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            items.reverse()
        shown, token = page(items, request.get("NextToken"), request.get("MaxRecords", _PAGE), _BAD_TOKEN)
        return {"AlarmHistoryItems": [_history_document(item) for item in shown], "NextToken": token}

    def _matching(self, scope: Scope, request: Document) -> list[tuple[str, Document]]:
        if "AlarmNames" in request and "AlarmNamePrefix" in request:
            raise refused("AlarmNames and AlarmNamePrefix must not be given together.")
        kinds = request.get("AlarmTypes", ["MetricAlarm"])
        alarms = [alarm for alarm in self._records.all(scope) if alarm.kind in kinds and _fits(alarm, request)]
        return [(alarm.kind, describe(alarm)) for alarm in _sorted(alarms)]

    def _relatives(self, scope: Scope, request: Document) -> list[tuple[str, Document]]:
        if len(request.keys() - {"MaxRecords", "NextToken"}) > 1:
            raise refused("ChildrenOfAlarmName and ParentsOfAlarmName go with MaxRecords and NextToken only.")
        if name := request.get("ParentsOfAlarmName"):
            parents = _sorted(self._records.parents(scope, name))
            return [(alarm.kind, {"AlarmName": alarm.name, "AlarmArn": alarm.arn}) for alarm in parents]
        parent = self._records.get(scope, request["ChildrenOfAlarmName"])
        children = self._records.states(scope, parent.children if parent else [])
        return [(alarm.kind, _as_child(alarm)) for alarm in _sorted(list(children.values()))]


def _asks_for_relatives(request: Document) -> bool:
    return any(member in request for member in _RELATIVES)


def _sorted(alarms: list[Alarm]) -> list[Alarm]:
    """Composites first, each kind by name."""
    return sorted(alarms, key=lambda alarm: (alarm.kind, alarm.name))


def _fits(alarm: Alarm, request: Document) -> bool:
    if "AlarmNames" in request and alarm.name not in request["AlarmNames"]:
        return False
    if not alarm.name.startswith(request.get("AlarmNamePrefix", "")):
        return False
    if request.get("StateValue") not in (None, alarm.state.value):
        return False
    actions = [action for state in ACTIONS for action in alarm.actions(state)]
    prefix = request.get("ActionPrefix")
    return prefix is None or any(action.startswith(prefix) for action in actions)


def _as_child(alarm: Alarm) -> Document:
    state = {"StateValue": alarm.state.value, "StateUpdatedTimestamp": alarm.state.updated}
    return {"AlarmName": alarm.name, "AlarmArn": alarm.arn, **state}


def _watches(alarm: Alarm, request: Document) -> bool:
    """Only alarms on a single metric are found; dimensions must be all of the metric's."""
    settings = alarm.settings
    for member in ("MetricName", "Namespace"):
        if settings.get(member) != request[member]:
            return False
    if _dimensions(settings) != _dimensions(request):
        return False
    optional = ("Statistic", "ExtendedStatistic", "Period", "Unit")
    return all(settings.get(member) == request[member] for member in optional if member in request)


def _dimensions(source: Document) -> set[tuple[str, str]]:
    return {(pair["Name"], pair["Value"]) for pair in source.get("Dimensions", [])}


def _is_asked_for(item: HistoryItem, request: Document) -> bool:
    if request.get("HistoryItemType") not in (None, item.type):
        return False
    kinds = request.get("AlarmTypes") or ["MetricAlarm"]
    since, until = request.get("StartDate", item.time), request.get("EndDate", item.time)
    return item.kind in kinds and since <= item.time <= until


def _history_document(item: HistoryItem) -> Document:
    return {
        "AlarmName": item.alarm,
        "AlarmType": item.kind,
        "Timestamp": item.time,
        "HistoryItemType": item.type,
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    }
