"""A deployment under the eyes of its customers: start it, watch it, and keep what was seen."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers import aws, show
from helpers.delivery.load import Load
from helpers.delivery.request import Request, failed
from helpers.delivery.services import LIMIT, Service, is_over, primary

AROUND = 12
"""So many answers are waited for before a deployment begins, and after it has ended."""
EVERY = 0.1
"""Seconds between two looks at the service; of a real account, whose limits are tighter, ten times as long."""
_SEEN_EVERY = 4
"""The picture is drawn anew at every fourth look."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many tasks of the service were there at `moment` (epoch seconds)."""

    moment: float
    running: int
    pending: int


@dataclass(frozen=True)
class Rollout:
    """What was seen of one deployment: its name and end, the counts of tasks, the customers' requests.

    `state` is the rolloutState of the deployment that was begun: COMPLETED, FAILED, or IN_PROGRESS if it was not
    waited for any longer. `begun` and `over` are when it began and when it was over, or was last looked at (epoch
    seconds); requests are from before and after, too. `time_scale` is how much faster than AWS's its minutes passed.
    """

    name: str
    state: str
    begun: float
    over: float
    counts: Sequence[Count]
    requests: Sequence[Request] = field(repr=False)
    time_scale: float = 1.0

    @property
    def least(self) -> int:
        """The lowest number of running tasks that was seen."""
        return min(count.running for count in self.counts)

    @property
    def most(self) -> int:
        """The highest number of running and starting tasks that was seen."""
        return max(count.running + count.pending for count in self.counts)

    @property
    def failed(self) -> int:
        """How many requests hurt a customer."""
        return sum(map(failed, self.requests))

    @property
    def versions(self) -> dict[str, int]:
        """How many requests each version has answered well."""
        return dict(Counter(each.version for each in self.requests if not failed(each)))

    @property
    def last_version(self) -> str:
        """The version that the last customers met."""
        answered = [each.version for each in self.requests if not failed(each)]
        return answered[-1] if answered else ""

    def picture(self) -> show.Picture:
        """Show the traffic by version, with the deployment below it."""
        status = {"COMPLETED": "SUCCEEDED"}.get(self.state, self.state)
        end = None if self.state == "IN_PROGRESS" else self.over
        stages = [show.Stage("deployment", self.begun, end, status)]
        visits = [show.Visit(each.start, each.version, failed(each)) for each in self.requests]
        return show.traffic(visits, self.name, stages=stages, time_scale=self.time_scale)

    def tasks(self, bounds: tuple[int, int]) -> show.Picture:
        """Show the counts of tasks over time between the `bounds` that the service's configuration draws."""
        moments = [count.moment for count in self.counts]
        running = [count.running for count in self.counts]
        alive = [count.running + count.pending for count in self.counts]
        series = {"running": running, "and starting": alive}
        lines = [show.Line(name, moments, values, held=True) for name, values in series.items()]
        limits = [show.Limit("at most", bounds[1]), show.Limit("at least", bounds[0])]
        return show.chart(lines, f"Tasks during: {self.name}", unit="tasks", limits=limits)


def roll(
    service: Service,
    definition: str,
    customers: Load,
    name: str,
    *,
    patience: float = LIMIT,
    live: bool = True,
    **changes: Any,
) -> Rollout:
    """Deploy a task definition under the eyes of `customers` and return what was seen.

    Args:
        definition: ARN of the task definition; the one that runs already is deployed anew.
        name: what the picture is called.
        patience: seconds after which it is not waited for any longer; the deployment goes on.
        live: whether a picture shows it while it goes on.
        changes: further members of UpdateService, such as deploymentConfiguration.
    """
    _answered(customers, AROUND)
    begun = time.time()
    deployment = service.update(taskDefinition=definition, forceNewDeployment=True, **changes)
    watched = _Watched(service, deployment, customers, name, begun)
    with show.live() as view:
        watched.until_over(patience, view if live else None)
        _answered(customers, AROUND)
        found = watched.rollout()
        if live:
            view.update(found.picture())
    return found


class _Watched:
    """A deployment that is looked at again and again."""

    def __init__(self, service: Service, deployment: str, customers: Load, name: str, begun: float) -> None:
        self._service, self._deployment, self._customers = service, deployment, customers
        self._name, self._begun, self._time_scale = name, begun, aws.time_scale()
        self._counts: list[Count] = []
        self._state = "IN_PROGRESS"
        self._earlier = len(customers.requests()) - AROUND

    def until_over(self, patience: float, view: show.Live | None) -> None:
        pause, every = threading.Event(), aws.between_looks(EVERY)
        limit = time.monotonic() + patience
        while not self._look() and time.monotonic() < limit:
            if view is not None and len(self._counts) % _SEEN_EVERY == 0:
                view.update(self.rollout().picture())
            pause.wait(every)

    def _look(self) -> bool:
        found = self._service.describe()
        self._counts.append(Count(time.time(), found["runningCount"], found["pendingCount"]))
        ours = [each for each in found["deployments"] if each["id"] == self._deployment]
        if ours:
            self._state = ours[0]["rolloutState"]
        elif primary(found)["id"] != self._deployment:
            self._state = "FAILED"  # rolled back, and its own entry is gone
        return is_over(found)

    def rollout(self) -> Rollout:
        requests = sorted(self._customers.requests()[max(self._earlier, 0) :], key=lambda request: request.start)
        counts = tuple(self._counts)
        return Rollout(
            self._name, self._state, self._begun, counts[-1].moment, counts, tuple(requests), self._time_scale
        )  # fmt: skip


def _answered(customers: Load, more: int) -> None:
    """Wait until so many requests more have an end; without a word, as this is no condition of the cloud's."""
    wanted, limit, pause = len(customers.requests()) + more, time.monotonic() + 30, threading.Event()
    while len(customers.requests()) < wanted and time.monotonic() < limit and customers.running:
        pause.wait(0.02)
