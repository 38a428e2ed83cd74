"""What was seen of one release: its stages, the customers' own records, and the alarm."""

from __future__ import annotations

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from helpers import aws, delivery, show
from helpers.delivery.request import failed

Document = dict[str, Any]
RATE = 40.0
"""Customers' requests in a second."""
EVERY = 0.2
"""Seconds between two looks at a release; longer on AWS."""
TOGETHER, MOST_SLICES = 10, 48
"""A picture shows shares of so many requests, in so many slices of time at most: those of fewer say little."""
SETTLED = 20
"""So many answers without a failure are waited for before a release and after it."""


@dataclass(frozen=True)
class Seen:
    """One release: what AWS called its end, when it began and ended (epoch seconds), and who answered whom.

    `alarmed` is when the alarm rang (epoch seconds), None if it did not; `weight` the largest share of the traffic
    (percent) that AWS was seen to give to the new version, `tasks` the largest number of tasks that were seen to run
    at a time, old and new ones; both are 0 where nobody looked.
    """

    name: str
    state: str
    begun: float
    over: float
    stages: Sequence[show.Stage]
    requests: Sequence[delivery.Request] = field(repr=False)
    alarmed: float | None = None
    weight: float = 0.0
    tasks: int = 0

    @property
    def hurt(self) -> int:
        """How many requests hurt a customer."""
        return sum(map(failed, self.requests))

    @property
    def first_hurt(self) -> float | None:
        """When the first customer was hurt."""
        return min((each.start for each in self.requests if failed(each)), default=None)

    @property
    def detected(self) -> float | None:
        """Minutes of AWS's from the first customer who was hurt to the alarm; None if there was either not."""
        return self._since_hurt(self.alarmed)

    @property
    def recovered(self) -> float | None:
        """Minutes of AWS's from the first customer who was hurt to the last one; None if nobody was."""
        return self._since_hurt(max((each.start for each in self.requests if failed(each)), default=None))

    def _since_hurt(self, moment: float | None) -> float | None:
        if self.first_hurt is None or moment is None:
            return None
        return max(moment - self.first_hurt, 0.0) * aws.time_scale() / 60

    @property
    def last_version(self) -> str:
        """The version that the last customers met."""
        answered = [each.version for each in self.requests if not failed(each)]
        return answered[-1] if answered else ""

    def met(self, version: str) -> int:
        """Return how many requests a version answered, well or not."""
        return sum(each.version == version for each in self.requests)

    def picture(self) -> show.Picture:
        """Show the traffic by version with the stages of the release below it."""
        visits = [show.Visit(each.start, each.version, failed(each)) for each in self.requests]
        slices = min(len(visits) // TOGETHER, MOST_SLICES)
        return show.traffic(visits, self.name, stages=self.stages, slices=slices, time_scale=aws.time_scale())

    def minutes(self, version: str, stage: str) -> list[int]:
        """Return the percentage of the answers that `version` gave in each minute (of AWS's) of a stage, and in the
        minute after it; 0 where nobody asked."""
        begun, ended = next((each.start, each.end or self.over) for each in self.stages if each.name == stage)
        minute, shares = 60 / aws.time_scale(), []
        for number in range(round((ended - begun) / minute) + 1):
            start = begun + number * minute
            met = [each.version for each in self.requests if start <= each.start < start + minute]
            shares.append(round(100 * met.count(version) / len(met)) if met else 0)
        return shares


class Watch(ABC):
    """Looks at a release while it goes on. Subclasses know what AWS calls its state and its stages."""

    @abstractmethod
    def state(self) -> str:
        """Return the state as AWS spells it."""

    @abstractmethod
    def stages(self) -> list[show.Stage]:
        """Return the stages that were seen so far."""

    def weight(self) -> float:
        """Return the largest weight of the new version that was seen so far, in percent."""
        return 0.0

    def tasks(self) -> int:
        """Return the largest number of tasks that were seen to run at a time so far."""
        return 0

    @abstractmethod
    def is_over(self) -> bool:
        """Return whether nothing more will happen, a rollback included."""


def watched(watch: Watch, customers: delivery.Load, name: str, begun: float, limit: float, *, live: bool) -> Seen:
    """Look at a release until it is over, and a little longer; return what was seen.

    Shows a picture while it goes on, if `live`. Raises WaitTimeout after `limit` seconds.
    """
    pause, end = threading.Event(), time.monotonic() + limit
    with show.live() as view:
        while not watch.is_over():
            if time.monotonic() > end:
                raise aws.WaitTimeout(f"Waited {limit:.0f} s for the end of the release: {watch.state()}.")
            if live:
                view.update(_seen(watch, customers, name, begun).picture())
            pause.wait(aws.between_looks(EVERY))
        settle(customers)
        found = _seen(watch, customers, name, begun)
        if live:
            view.update(found.picture())
    return found


def _seen(watch: Watch, customers: delivery.Load, name: str, begun: float) -> Seen:
    requests = [each for each in customers.requests() if each.start >= begun]
    return Seen(
        name, watch.state(), begun, time.time(), watch.stages(), sorted(requests, key=lambda each: each.start),
        alarm_since(begun), watch.weight(), watch.tasks(),
    )  # fmt: skip


def settle(customers: delivery.Load, limit: float = 4.0) -> None:
    """Wait until the customers' latest requests were all answered well, for `limit` seconds at most."""
    seen, pause, end = len(customers.requests()), threading.Event(), time.monotonic() + limit
    while time.monotonic() < end and customers.running:
        latest = customers.requests()[seen:][-SETTLED:]
        if len(latest) == SETTLED and not any(map(failed, latest)):
            return
        pause.wait(0.05)


def quiet(alarm: str, customers: delivery.Load) -> None:
    """Wait until the alarm that guards releases is OK: one that rings already would not be watched."""
    settle(customers)
    aws.wait(f"{alarm} to be OK", lambda: alarm_state(alarm) == "OK", limit=600)


def alarm_state(alarm: str) -> str:
    """Return the state of a metric alarm."""
    found = aws.client("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    return str(found[0]["StateValue"]) if found else ""


def alarm_since(moment: float) -> float | None:
    """Return when the alarm that guards releases first rang after `moment` (epoch seconds); None if it did not."""
    items = aws.client("cloudwatch").describe_alarm_history(
        AlarmName=aws.name("shop-errors"), HistoryItemType="StateUpdate", StartDate=datetime.fromtimestamp(moment, UTC)
    )["AlarmHistoryItems"]
    rang = [
        each["Timestamp"].timestamp()
        for each in items
        if json.loads(each["HistoryData"])["newState"]["stateValue"] == "ALARM"
    ]
    return min((each for each in rang if each >= moment), default=None)
