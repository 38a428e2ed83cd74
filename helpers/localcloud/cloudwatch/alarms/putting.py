"""PutMetricAlarm and what is done to alarms of both kinds by name: state and actions by hand, deletion."""

from __future__ import annotations

import json

from ...scope import Scope
from ...service import ServiceError
from . import validation
from .base import AlarmParts
from .documents import configuration_update
from .model import Alarm, Document, Kind, State

_UNCHECKED = "Unchecked: Initial alarm creation"


class MetricAlarmOperations(AlarmParts):
    """Alarms on a metric or an expression."""

    def put_metric_alarm(self, scope: Scope, request: Document) -> Document:
        validation.check_metric_alarm(scope, request)
        _check_queries(request)
        with self.cloud.store.transaction():
            alarm, _ = self._put(scope, request, "MetricAlarm")
            if "Metrics" in request and (problem := self._datapoints.problem(scope, alarm)):
                raise validation.refused(problem)
        self._ticker.ring()
        return {}

    def set_alarm_state(self, scope: Scope, request: Document) -> Document:
        data = request.get("StateReasonData")
        if data and not _is_json(data):
            raise ServiceError("InvalidFormat", 'StateReasonData is not JSON; give a text like \'{"version": "1.0"}\'.')
        with self.cloud.store.transaction():
            alarm = self._records.get(scope, request["AlarmName"])
            if alarm is None:
                raise ServiceError("ResourceNotFound", f"There is no alarm {request['AlarmName']}.", status=404)
            self._states.change(scope, alarm, request["StateValue"], request["StateReason"], data or None)
        self._ticker.ring()
        return {}

    def enable_alarm_actions(self, scope: Scope, request: Document) -> Document:
        return self._switch(scope, request["AlarmNames"], True)

    def disable_alarm_actions(self, scope: Scope, request: Document) -> Document:
        return self._switch(scope, request["AlarmNames"], False)

    def delete_alarms(self, scope: Scope, request: Document) -> Document:
        with self.cloud.store.transaction():
            found = self._records.states(scope, list(dict.fromkeys(request["AlarmNames"])))
            if sum(alarm.kind == "CompositeAlarm" for alarm in found.values()) > 1:
                raise validation.refused("One call deletes at most one composite alarm; delete the others one by one.")
            for name in found:
                self._check_free(scope, name, found)
            for alarm in found.values():
                self._records.drop(scope, alarm)
                self._note(scope, alarm, "Delete")
        return {}

    def _put(self, scope: Scope, request: Document, kind: Kind, children: tuple[str, ...] = ()) -> tuple[Alarm, bool]:
        """Write the alarm as it is put, over all of an old one but its state and tags; return it and if it is new."""
        name, now = request["AlarmName"], self.cloud.clock.now()
        old = self._records.get(scope, name)
        if old and old.kind != kind:
            raise validation.refused(f"An alarm {name} exists already, and it is a {old.kind}: take another name.")
        settings = {member: value for member, value in request.items() if member not in ("AlarmName", "Tags")}
        if old is None:
            state = State("INSUFFICIENT_DATA", _UNCHECKED, now, now)
            tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
            alarm = Alarm(
                name, scope.arn("cloudwatch", f"alarm:{name}"), kind, settings, state, now, tags, list(children)
            )
        else:
            alarm = old
            alarm.settings, alarm.configured, alarm.children = settings, now, list(children)
            alarm.evaluation_state = None
        self._records.keep(scope, alarm)
        self._note(scope, alarm, "Update" if old else "Create")
        self._outbox.prepare(scope, alarm)
        return alarm, old is None

    def _note(self, scope: Scope, alarm: Alarm, kind: str) -> None:
        summary = f'Alarm "{alarm.name}" {kind.lower().rstrip("e")}ed'
        self._records.remember(scope, alarm, "ConfigurationUpdate", summary, configuration_update(alarm, kind))

    def _switch(self, scope: Scope, names: list[str], enabled: bool) -> Document:
        with self.cloud.store.transaction():
            for alarm in self._records.states(scope, names).values():
                if alarm.actions_enabled != enabled:
                    alarm.settings["ActionsEnabled"], alarm.configured = enabled, self.cloud.clock.now()
                    self._records.keep(scope, alarm)
                    self._note(scope, alarm, "Update")
        return {}

    def _check_free(self, scope: Scope, name: str, leaving: dict[str, Alarm]) -> None:
        users = [*self._records.parents(scope, name), *self._records.suppressed_by(scope, name)]
        staying = [user.name for user in users if user.name not in leaving]
        if staying:
            raise validation.refused(
                f"Cannot delete {name} as there are composite alarms depending on it: {', '.join(staying)}."
                " Change their rules first, or delete them."
            )


def _check_queries(request: Document) -> None:
    from ..metrics.query import check

    check(request["Metrics"] if "Metrics" in request else [_query(request)])


def _query(request: Document) -> Document:
    metric = {"Namespace": request["Namespace"], "MetricName": request["MetricName"]}
    stat = request.get("Statistic") or request["ExtendedStatistic"]
    return {"Id": "m1", "MetricStat": {"Metric": metric, "Period": request["Period"], "Stat": stat}}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
