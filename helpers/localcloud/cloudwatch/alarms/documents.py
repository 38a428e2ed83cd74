"""The documents in which CloudWatch tells of alarms: history, events, messages, descriptions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html; the message of SNS as it
arrives from AWS.
"""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from typing import Any

from ...scope import Scope
from .model import Alarm, Change, Document, State
from .texts import compact, stamp

_NAMED_ALIKE = {"Metric": "metric", "MetricName": "name", "Namespace": "namespace", "Period": "period", "Stat": "stat"}
_CONFIGURED = ("AlarmRule", "ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


def describe(alarm: Alarm) -> Document:
    """Return the alarm as DescribeAlarms shows it."""
    state = alarm.state
    shown = {
        **{name: alarm.settings.get(name, []) for name in ("OKActions", "AlarmActions", "InsufficientDataActions")},
        **alarm.settings,
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "ActionsEnabled": alarm.actions_enabled,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": state.value,
        "StateReason": state.reason,
        "StateReasonData": state.data,
        "StateUpdatedTimestamp": state.updated,
        "StateTransitionedTimestamp": state.since,
    }
    if alarm.kind == "MetricAlarm":
        return {**shown, "EvaluationState": alarm.evaluation_state}
    return {**shown, "ActionsSuppressedBy": state.suppressed_by, "ActionsSuppressedReason": suppressed_reason(state)}


def suppressed_reason(state: State) -> str | None:
    """Return why actions wait, in the words of CloudWatch."""
    return f"Actions suppressed by {state.suppressed_by}" if state.suppressed_by else None


def state_update(before: State, after: State) -> Document:
    """Return the data of a StateUpdate in the history."""
    return {"version": "1.0", "oldState": _history_state(before), "newState": _history_state(after)}


def _history_state(state: State) -> Document:
    parts = {"stateValue": state.value, "stateReason": state.reason}
    return {**parts, "stateReasonData": json.loads(state.data)} if state.data else parts


def configuration_update(alarm: Alarm, kind: str) -> Document:
    """Return the data of a ConfigurationUpdate in the history: `kind` is Create, Update or Delete."""
    member = {"Create": "createdAlarm", "Update": "updatedAlarm", "Delete": "deletedAlarm"}[kind]
    described = {key: value for key, value in describe(alarm).items() if value is not None}
    shown = {_lower(key): stamp(value) if hasattr(value, "year") else value for key, value in described.items()}
    return {"version": "1.0", "type": kind, member: shown}


def event_detail(alarm: Alarm, before: State) -> Document:
    """Return the detail of "CloudWatch Alarm State Change"."""
    return {
        "alarmName": alarm.name,
        "state": _told_state(alarm.state),
        "previousState": _told_state(before),
        "configuration": _configuration(alarm),
    }


def lambda_payload(scope: Scope, change: Change) -> str:
    """Return the event with which an alarm invokes a function."""
    return compact(
        {
            "source": "aws.cloudwatch",
            "alarmArn": change.alarm.arn,
            "accountId": scope.account,
            "time": stamp(change.after.updated),
            "region": scope.region,
            "alarmData": event_detail(change.alarm, change.before),
        }
    )


def _told_state(state: State) -> Document:
    told = {"value": state.value, "reason": state.reason, "reasonData": state.data, "timestamp": stamp(state.updated)}
    told |= {"actionsSuppressedBy": state.suppressed_by, "actionsSuppressedReason": suppressed_reason(state)}
    return {name: value for name, value in told.items() if value is not None}


def _configuration(alarm: Alarm) -> Document:
    settings = alarm.settings
    told = {_lower(name): settings[name] for name in _CONFIGURED if name in settings}
    if alarm.kind == "MetricAlarm":
        told["metrics"] = [_told_query(query) for query in queries(alarm)]
    if "AlarmDescription" in settings:
        told["description"] = settings["AlarmDescription"]
    return told


def queries(alarm: Alarm) -> list[Document]:
    """Return the MetricDataQueries of a metric alarm; one on a single metric has one, too."""
    settings = alarm.settings
    if "Metrics" in settings:
        return list(settings["Metrics"])
    stat = {
        "Metric": {name: settings[name] for name in ("Namespace", "MetricName", "Dimensions") if name in settings},
        "Period": settings["Period"],
        "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
    }
    if "Unit" in settings:
        stat["Unit"] = settings["Unit"]
    return [{"Id": str(uuid.uuid5(uuid.NAMESPACE_URL, alarm.arn)), "MetricStat": stat, "ReturnData": True}]


def _told_query(query: Document) -> Document:
    told = {_lower(name): value for name, value in query.items() if name != "MetricStat"}
    told.setdefault("returnData", True)
    if stat := query.get("MetricStat"):
        metric = {_NAMED_ALIKE.get(name, _lower(name)): value for name, value in stat["Metric"].items()}
        metric["dimensions"] = {pair["Name"]: pair["Value"] for pair in stat["Metric"].get("Dimensions", [])}
        told["metricStat"] = {_lower(name): value for name, value in stat.items()} | {"metric": metric}
    return told


def sns_subject(scope: Scope, change: Change) -> str:
    """Return the subject of the message: what SNS takes has at most 100 ASCII characters."""
    subject = f'{change.after.value}: "{change.alarm.name}" in {region_name(scope.region)}'
    plain = subject.encode("ascii", "replace").decode()
    return plain if len(plain) <= 100 else f"{plain[:97]}..."


def sns_message(scope: Scope, change: Change) -> str:
    """Return the message that an alarm publishes."""
    alarm, settings, after = change.alarm, change.alarm.settings, change.after
    document: Document = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": scope.account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured),
        "NewStateValue": after.value,
        "NewStateReason": after.reason,
        "StateChangeTime": stamp(after.updated),
        "Region": region_name(scope.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": change.before.value,
        **{name: settings.get(name, []) for name in ("OKActions", "AlarmActions", "InsufficientDataActions")},
    }
    return compact(document | (_trigger(settings) if alarm.kind == "MetricAlarm" else _rule(change)))


def _rule(change: Change) -> Document:
    causes = json.loads(change.after.data)["triggeringAlarms"] if change.after.data else []
    children = [
        {"Arn": cause["arn"], "State": {"Value": cause["state"]["value"], "Timestamp": cause["state"]["timestamp"]}}
        for cause in causes
    ]
    return {"AlarmRule": change.alarm.settings["AlarmRule"], "TriggeringChildren": children}


def _trigger(settings: Document) -> Document:
    trigger: Document = {}
    if "MetricName" in settings:
        trigger |= {"MetricName": settings["MetricName"], "Namespace": settings["Namespace"], **_statistic(settings)}
        trigger |= {"Unit": settings.get("Unit"), "Dimensions": _pairs(settings.get("Dimensions", []))}
        trigger["Period"] = settings["Period"]
    trigger["EvaluationPeriods"] = settings["EvaluationPeriods"]
    if "DatapointsToAlarm" in settings:
        trigger["DatapointsToAlarm"] = settings["DatapointsToAlarm"]
    trigger |= {name: settings[name] for name in ("ComparisonOperator", "Threshold")}
    trigger |= {name: settings.get(name, "") for name in ("TreatMissingData", "EvaluateLowSampleCountPercentile")}
    if "Metrics" in settings:
        trigger["Metrics"] = [_message_query(query) for query in settings["Metrics"]]
    return {"Trigger": trigger}


def _statistic(settings: Document) -> Document:
    if "Statistic" in settings:
        return {"StatisticType": "Statistic", "Statistic": settings["Statistic"].upper()}
    return {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": settings["ExtendedStatistic"]}


def _message_query(query: Document) -> Document:
    if "MetricStat" not in query:
        return query
    metric = query["MetricStat"]["Metric"]
    told = {**metric, "Dimensions": _pairs(metric.get("Dimensions", []))}
    return {**query, "MetricStat": {**query["MetricStat"], "Metric": told}}


def _pairs(dimensions: list[Document]) -> list[Document]:
    return [{"value": pair["Value"], "name": pair["Name"]} for pair in dimensions]


@lru_cache(64)
def region_name(region: str) -> str:
    """Return the region as people know it ("US East (N. Virginia)"); an unknown one as it is."""
    from botocore.loaders import create_loader

    partitions: list[dict[str, Any]] = create_loader().load_data("endpoints")["partitions"]
    known = {name: entry["description"] for part in partitions for name, entry in part["regions"].items()}
    return str(known.get(region, region))


def _lower(name: str) -> str:
    """Return a member's name as documents have it: alarmRule, okActions, returnData."""
    head = "OK" if name.startswith("OK") else name[:1]
    return head.lower() + name[len(head) :]
