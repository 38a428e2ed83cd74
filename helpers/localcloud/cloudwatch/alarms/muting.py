"""Mute rules: alarms go on to change states, their actions are held back.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules-behaviour.html
"""

from __future__ import annotations

from ...paging import page
from ...scope import Scope
from ...service import ServiceError
from . import schedule
from .base import AlarmParts
from .model import Document, MuteRule
from .validation import check_tags, refused


class MutingOperations(AlarmParts):
    """Rules that hold actions back at set times."""

    def put_alarm_mute_rule(self, scope: Scope, request: Document) -> Document:
        rule = self._new(scope, request)
        with self.cloud.store.transaction():
            old = self._records.mutes.get(scope, rule.name)
            if old:
                rule.tags = old.tags
            if missing := sorted(set(rule.targets) - self._records.states(scope, rule.targets).keys()):
                raise refused(f"The alarms {', '.join(missing)} in MuteTargets do not exist.")
            self._records.mutes.put(scope, rule.name, rule)
            self._release(scope, old.targets if old else [])
        self._ticker.ring()
        return {}

    def get_alarm_mute_rule(self, scope: Scope, request: Document) -> Document:
        rule = self._records.mutes.get(scope, request["AlarmMuteRuleName"])
        if rule is None:
            raise ServiceError(
                "ResourceNotFoundException", f"There is no mute rule {request['AlarmMuteRuleName']}.", status=404
            )
        return {
            "Name": rule.name,
            "Description": rule.description,
            "Rule": {"Schedule": rule.schedule},
            "MuteTargets": {"AlarmNames": rule.targets} if rule.targets else None,
            "StartDate": rule.start,
            **self._summary(rule),
        }

    def list_alarm_mute_rules(self, scope: Scope, request: Document) -> Document:
        rules = sorted(self._records.mutes.list(scope), key=lambda rule: rule.name)
        if "AlarmName" in request:
            rules = [rule for rule in rules if request["AlarmName"] in rule.targets]
        statuses = request.get("Statuses")
        found = [summary for summary in map(self._summary, rules) if not statuses or summary["Status"] in statuses]
        items, token = page(found, request.get("NextToken"), request.get("MaxRecords", 50), "InvalidNextToken")
        return {"AlarmMuteRuleSummaries": items, "NextToken": token}

    def delete_alarm_mute_rule(self, scope: Scope, request: Document) -> Document:
        with self.cloud.store.transaction():
            rule = self._records.mutes.get(scope, request["AlarmMuteRuleName"])
            if rule:
                self._records.mutes.delete(scope, rule.name)
                self._release(scope, rule.targets)
        return {}

    def _new(self, scope: Scope, request: Document) -> MuteRule:
        given, name = request["Rule"]["Schedule"], request["Name"]
        try:
            schedule.parse(given["Expression"])
            schedule.duration_of(given["Duration"])
            schedule.zone_of(given.get("Timezone", "UTC"))
        except schedule.ScheduleError as error:
            raise refused(f"Rule.Schedule makes no sense: {error}") from None
        start, expire = request.get("StartDate"), request.get("ExpireDate")
        if start and expire and start >= expire:
            raise refused("StartDate must be before ExpireDate.")
        check_tags(request.get("Tags", []))
        return MuteRule(
            name,
            scope.arn("cloudwatch", f"alarm-mute-rule:{name}"),
            given,
            list(dict.fromkeys(request.get("MuteTargets", {}).get("AlarmNames", []))),
            self.cloud.clock.now(),
            request.get("Description"),
            start,
            expire,
            {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])},
        )

    def _summary(self, rule: MuteRule) -> Document:
        return {
            "AlarmMuteRuleArn": rule.arn,
            "ExpireDate": rule.expire,
            "Status": self._mutes.status(rule),
            "MuteType": "ONE_TIME" if rule.schedule["Expression"].startswith("at") else "RECURRING",
            "LastUpdatedTimestamp": rule.updated,
        }

    def _release(self, scope: Scope, alarms: list[str]) -> None:
        """As on AWS, alarms that a rule muted and none mutes any more take their actions at once."""
        for name in alarms:
            self._states.unmute(scope, name)
