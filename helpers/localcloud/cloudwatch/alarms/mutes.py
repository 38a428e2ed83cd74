"""Which alarms are muted now."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...scope import Scope
from . import schedule
from .model import MuteRule
from .records import Records


class Mutes:
    """Answers from the mute rules of an account. Durations pass as fast as all of AWS's time."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def active(self, scope: Scope, alarm: str) -> bool:
        """Return whether a rule mutes the actions of `alarm` at this moment."""
        return any(self.status(rule) == "ACTIVE" for rule in self._records.mutes.list(scope) if alarm in rule.targets)

    def status(self, rule: MuteRule) -> str:
        """Return SCHEDULED, ACTIVE or EXPIRED."""
        now, (expression, zone, length) = self._records.cloud.clock.now(), self._parts(rule)
        if (rule.expire and rule.expire <= now) or schedule.is_over(expression, zone, now, length):
            return "EXPIRED"
        return "ACTIVE" if self._mutes(rule, now) else "SCHEDULED"

    def _mutes(self, rule: MuteRule, now: datetime) -> bool:
        if rule.start and now < rule.start:
            return False
        return schedule.begun(*self._parts(rule)[:2], now, self._parts(rule)[2]) is not None

    def _parts(self, rule: MuteRule) -> tuple[str, str, timedelta]:
        given = rule.schedule
        length = schedule.duration_of(given["Duration"]) / self._records.cloud.clock.time_scale
        return given["Expression"], given.get("Timezone", "UTC"), length
