"""The stored state of alarms, and the questions that are asked about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ...cloud import Cloud
from ...scope import Scope
from ...store import Collection
from .model import Alarm, Delivery, Document, HistoryItem, HistoryType, MuteRule
from .texts import compact

# Two weeks, of real time here too: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
HISTORY = timedelta(days=14)


class Records:
    """All that is kept of alarms; what reads and then writes does so in `cloud.store.transaction()`."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        # Apart: each change of state asks which composites look at the alarm, and there are few of them.
        self._metric = cloud.store.collection("cloudwatch.metric-alarm", Alarm)
        self._composite = cloud.store.collection("cloudwatch.composite-alarm", Alarm)
        self.history = cloud.store.collection("cloudwatch.alarm-history", HistoryItem)
        self.mutes = cloud.store.collection("cloudwatch.alarm-mute-rule", MuteRule)
        self.deliveries = cloud.store.collection("cloudwatch.alarm-delivery", Delivery)
        self._numbers = 0

    def keep(self, scope: Scope, alarm: Alarm) -> None:
        """Write `alarm`."""
        self._of(alarm).put(scope, alarm.name, alarm)

    def drop(self, scope: Scope, alarm: Alarm) -> None:
        """Delete `alarm`; its history stays."""
        self._of(alarm).delete(scope, alarm.name)

    def get(self, scope: Scope, name: str) -> Alarm | None:
        """Return the alarm `name`, or None."""
        return self._metric.get(scope, name) or self._composite.get(scope, name)

    def all(self, scope: Scope) -> list[Alarm]:
        """Return the alarms of both kinds."""
        return [*self._metric.list(scope), *self._composite.list(scope)]

    def everywhere(self) -> list[tuple[Scope, Alarm]]:
        """Return all alarms of all accounts and regions."""
        found = [*self._metric.everywhere(), *self._composite.everywhere()]
        return [(scope, alarm) for scope, _, alarm in found]

    def composites(self, scope: Scope) -> Sequence[Alarm]:
        """Return the composite alarms, the oldest first."""
        return self._composite.list(scope)

    def parents(self, scope: Scope, name: str) -> list[Alarm]:
        """Return the composites whose rule names the alarm `name`."""
        return [alarm for alarm in self._composite.list(scope) if name in alarm.children]

    def suppressed_by(self, scope: Scope, name: str) -> list[Alarm]:
        """Return the composites whose actions the alarm `name` suppresses."""
        return [alarm for alarm in self._composite.list(scope) if alarm.suppressor == name]

    def states(self, scope: Scope, names: Sequence[str]) -> dict[str, Alarm]:
        """Return those of the alarms `names` that exist, by name."""
        found = {name: self.get(scope, name) for name in names}
        return {name: alarm for name, alarm in found.items() if alarm}

    def _of(self, alarm: Alarm) -> Collection[Alarm]:
        return self._metric if alarm.kind == "MetricAlarm" else self._composite

    def remember(self, scope: Scope, alarm: Alarm, type_: HistoryType, summary: str, data: Document) -> None:
        """Add an entry to the history of `alarm`, now."""
        now = self.cloud.clock.now()
        item = HistoryItem(alarm.name, alarm.kind, now, type_, summary[:255], compact(data))
        self.history.put(scope, self._key(alarm.name, now), item)

    def _key(self, name: str, now: datetime) -> str:
        # Unique across restarts by the time, within a moment by the number.
        self._numbers += 1
        return f"{name}\n{now.timestamp():.6f}-{self._numbers}"

    def history_of(self, scope: Scope, name: str | None) -> list[HistoryItem]:
        """Return the entries of one alarm (or of all), the oldest first."""
        since = self.cloud.clock.now() - HISTORY
        items = self.history.list(scope, f"{name}\n" if name is not None else "")
        return [item for item in items if item.time >= since]

    def forget_old_history(self) -> None:
        """Delete the entries that are too old to be shown."""
        since = self.cloud.clock.now() - HISTORY
        for scope, key, item in self.history.everywhere():
            if item.time < since:
                self.history.delete(scope, key)
