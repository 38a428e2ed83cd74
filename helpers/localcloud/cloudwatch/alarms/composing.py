"""PutCompositeAlarm."""

from __future__ import annotations

from helpers.cloudwatch.alarms import rule
from helpers.cloudwatch.alarms.names import name_of

from ...scope import Scope
from . import validation
from .model import Document
from .putting import MetricAlarmOperations
from .validation import refused

MOST_PARENTS = 150


class CompositeAlarmOperations(MetricAlarmOperations):
    """Alarms on other alarms."""

    def put_composite_alarm(self, scope: Scope, request: Document) -> Document:
        validation.check_composite_alarm(scope, request)
        try:
            children = rule.parse(request["AlarmRule"]).children
        except rule.RuleError as error:
            raise refused(f"AlarmRule is not a rule: {error}") from None
        with self.cloud.store.transaction():
            self._check_children(scope, request["AlarmName"], children)
            self._check_suppressor(scope, request)
            composite, new = self._put(scope, request, "CompositeAlarm", children)
            self._states.put(scope, composite, "created" if new else "updated")
        self._ticker.ring()
        return {}

    def _check_children(self, scope: Scope, name: str, children: tuple[str, ...]) -> None:
        found = self._records.states(scope, children)
        if missing := [child for child in children if child not in found and child != name]:
            raise refused(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist."
                " Names are written as DescribeAlarms shows them; ARNs must be of this account and region."
            )
        if path := self._cycle(scope, name, children):
            raise refused(
                f"The rule makes a cycle: {' -> '.join(path)}. AWS stops evaluating composite alarms in a"
                " cycle and cannot delete them; take one of these alarms out of a rule."
            )
        for child in children:
            if len({parent.name for parent in self._records.parents(scope, child)} | {name}) > MOST_PARENTS:
                raise refused(f"{child} is in the rules of {MOST_PARENTS} composite alarms already.", "LimitExceeded")

    def _cycle(self, scope: Scope, name: str, children: tuple[str, ...]) -> list[str]:
        """Return the way by which `name` would depend on itself, or an empty one."""
        ways, seen = [[name, child] for child in children], set[str]()
        while ways:
            way = ways.pop()
            if way[-1] == name:
                return way
            if way[-1] not in seen and (alarm := self._records.get(scope, way[-1])):
                ways += [[*way, child] for child in alarm.children]
            seen.add(way[-1])
        return []

    def _check_suppressor(self, scope: Scope, request: Document) -> None:
        if "ActionsSuppressor" not in request:
            return
        name = name_of(request["ActionsSuppressor"])
        if name == request["AlarmName"]:
            raise refused("ActionsSuppressor names the alarm itself; another alarm must suppress its actions.")
        if self._records.get(scope, name) is None:
            raise refused(f"The ActionsSuppressor {request['ActionsSuppressor']} does not exist.")
