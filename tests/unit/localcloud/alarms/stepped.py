"""Alarms on a clock that a test steps: everything but the network is real."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.localcloud.clock import ManualClock
from helpers.localcloud.cloud import Cloud
from helpers.localcloud.cloudwatch.service import CloudWatch
from helpers.localcloud.scope import Scope

HERE = Scope("111122223333", "us-east-1")
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIMIT = 20.0


class Stepped(CloudWatch):
    """CloudWatch whose alarms are evaluated only when a test lets time pass."""

    def __init__(self, home: Path, time_scale: float = 1.0, start: datetime = START) -> None:
        self.clock = ManualClock(start, time_scale)
        super().__init__(Cloud(home, "http://127.0.0.1:9", self.clock, lambda event: None))
        self.metrics.table.create()
        self._outbox.begin()
        self._ticker.tick()

    def pass_time(self, aws_seconds: float, step: float = 10.0) -> None:
        """Let AWS's time pass, looking at what is due every `step` seconds of it."""
        for _ in range(round(aws_seconds / step)):
            self.clock.advance(step / self.clock.time_scale)
            self._ticker.tick()

    def measure(self, *values: float, name: str = "m", **more: Any) -> None:
        """Publish values of the metric `name` now."""
        data = [{"MetricName": name, "Value": value, **more} for value in values]
        self.put_metric_data(HERE, {"Namespace": "Shop", "MetricData": data})

    def alarm(self, name: str = "a", **settings: Any) -> None:
        """Put a metric alarm: the sum over a minute is above 10, unless told otherwise."""
        standard: dict[str, Any] = {
            "Namespace": "Shop",
            "MetricName": "m",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 10.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        if "Metrics" in settings:
            for member in ("Namespace", "MetricName", "Period"):
                del standard[member]
        elif "ExtendedStatistic" not in settings:
            standard["Statistic"] = "Sum"
        self.put_metric_alarm(HERE, {"AlarmName": name, **standard, **settings})

    def composite(self, name: str, rule: str, **settings: Any) -> None:
        """Put a composite alarm."""
        self.put_composite_alarm(HERE, {"AlarmName": name, "AlarmRule": rule, **settings})

    def set_state(self, name: str, state: str) -> None:
        """Set a state by hand."""
        self.set_alarm_state(HERE, {"AlarmName": name, "StateValue": state, "StateReason": "by hand"})

    def shown(self, name: str = "a") -> dict[str, Any]:
        """Return the alarm as it is described."""
        answer = self.describe_alarms(HERE, {"AlarmNames": [name], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]})
        found: dict[str, Any] = [*answer["MetricAlarms"], *answer["CompositeAlarms"]][0]
        return found

    def state(self, name: str = "a") -> str:
        return str(self.shown(name)["StateValue"])

    def history(self, name: str = "a", kind: str = "StateUpdate") -> list[str]:
        """Return the summaries of the history, the oldest first."""
        asked: dict[str, Any] = {"AlarmName": name, "HistoryItemType": kind, "ScanBy": "TimestampAscending"}
        asked |= {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
        return [item["HistorySummary"] for item in self.describe_alarm_history(HERE, asked)["AlarmHistoryItems"]]

    def events(self) -> list[dict[str, Any]]:
        """Return the details of the events that were emitted, the oldest first (nothing delivers them here)."""
        return [event.detail for _, _, event in self.cloud.events._outbox.everywhere()]


class Target:
    """Takes actions and remembers them; fails as often as it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.failures: list[Exception] = []
        self.down: set[str] = set()
        self.tried = 0
        self._changed = threading.Condition()

    def __call__(self, cloud: Cloud, scope: Scope, action: str, change: Any) -> str | None:
        with self._changed:
            self.tried += 1
            self._changed.notify_all()
            if self.failures:
                raise self.failures.pop(0)
            if action in self.down:
                raise ConnectionError("it is down")
            self.taken.append((change.alarm.name, change.after.value))
            return "told"

    def wait_for(self, count: int) -> list[tuple[str, str]]:
        """Return what was taken as soon as there are `count`."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.taken) >= count, LIMIT), self.taken
            return list(self.taken)

    def wait_for_tries(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.tried >= count, LIMIT), self.tried


def eventually(alarms: Stepped, condition: Callable[[], object], advance: float = 0.0) -> None:
    """Wait until `condition` is true, the clock going on by `advance` seconds at each look."""
    limit, turn = time.monotonic() + LIMIT, threading.Event()
    while not condition():
        assert time.monotonic() < limit, "it did not come true"
        alarms.clock.advance(advance)
        turn.wait(0.01)


@contextmanager
def stepped(home: Path, **options: Any) -> Iterator[Stepped]:
    """Open alarms on the state in `home`, and close them."""
    alarms = Stepped(home, **options)
    try:
        yield alarms
    finally:
        alarms.cloud.close()
