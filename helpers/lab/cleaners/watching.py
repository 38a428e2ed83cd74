"""Cleaners of what watches: mute rules, composite alarms before the alarms they are made of, dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from typing import Any, ClassVar

from helpers.lab.cleaners.base import Cleaner, Owner, gone, pages, pairs
from helpers.lab.exercises import existing


class MuteRules(Cleaner):
    """Rules that mute the actions of alarms."""

    kind, service = "mute rule", "cloudwatch"

    def names(self) -> Iterable[str]:
        rules = pages(self.client, "list_alarm_mute_rules", "AlarmMuteRuleSummaries")
        return [rule["AlarmMuteRuleArn"].rpartition(":")[2] for rule in rules]

    def tags(self, name: str) -> dict[str, str]:
        found: Any = existing(self.client.get_alarm_mute_rule, AlarmMuteRuleName=name)
        return _tags(self.client, found["AlarmMuteRuleArn"]) if found else {}

    def delete(self, name: str) -> None:
        gone(self.client.delete_alarm_mute_rule, AlarmMuteRuleName=name)


class _Alarms(Cleaner):
    """Alarms of one type, by the member of DescribeAlarms' answer that lists them."""

    service = "cloudwatch"
    members: ClassVar[str]

    def names(self) -> Iterable[str]:
        return [alarm["AlarmName"] for alarm in self._described()]

    def tags(self, name: str) -> dict[str, str]:
        found = self._described(AlarmNames=[name])
        return _tags(self.client, found[0]["AlarmArn"]) if found else {}

    def delete(self, name: str) -> None:
        gone(self.client.delete_alarms, AlarmNames=[name])

    def _described(self, **chosen: Any) -> list[dict[str, Any]]:
        # Without AlarmTypes, DescribeAlarms leaves composite alarms out.
        types = ["MetricAlarm", "CompositeAlarm"]
        return pages(self.client, "describe_alarms", self.members, AlarmTypes=types, **chosen)


class CompositeAlarms(_Alarms):
    """Composite alarms: an alarm that a rule or a suppressor names cannot be deleted before that composite."""

    kind, members = "composite alarm", "CompositeAlarms"

    def find(self, owner: Owner) -> list[str]:
        """Return the composites of `owner`, each before those that it names."""
        found = super().find(owner)
        told = {
            each["AlarmName"]: f"{each['AlarmRule']} {each.get('ActionsSuppressor', '')}" for each in self._described()
        }
        above = {name: [other for other in found if other != name and _names(told[other], name)] for name in found}
        try:
            return list(TopologicalSorter(above).static_order())
        except CycleError:  # AWS says why it does not delete them
            return found


def _names(text: str, alarm: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(alarm)}(?![\w-])", text) is not None


class MetricAlarms(_Alarms):
    """Alarms on metrics and on metric math."""

    kind, members = "alarm", "MetricAlarms"


class Dashboards(Cleaner):
    """Dashboards, which have no tags: their names say whose they are."""

    kind, service = "dashboard", "cloudwatch"

    def names(self) -> Iterable[str]:
        return [each["DashboardName"] for each in pages(self.client, "list_dashboards", "DashboardEntries")]

    def tags(self, name: str) -> dict[str, str]:
        return {}

    def delete(self, name: str) -> None:
        gone(self.client.delete_dashboards, DashboardNames=[name])


def _tags(client: Any, arn: str) -> dict[str, str]:
    answer: Any = existing(client.list_tags_for_resource, ResourceARN=arn) or {}
    return pairs(answer.get("Tags"))
