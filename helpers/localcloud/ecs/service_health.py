"""Which tasks of a service count as healthy, and which are to be replaced.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html (minimumHealthyPercent)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .model import RUNNING, Task

# Without any health check a task counts after so many seconds of AWS's.
SETTLED = 40.0
# A process cannot be up sixty times faster: until so many seconds of this machine after its start a target that has
# never been healthy is not held against its task.
LEAST_START = 3.0
# For the same reason a task without any health check has to last at least so long before it counts.
LEAST_SETTLED = 2.0


@dataclass(frozen=True)
class HealthView:
    """What is known at one moment: states of targets by group and port."""

    now: datetime
    time_scale: float
    grace: float
    targets: Mapping[str, Mapping[int, str]]

    def is_healthy(self, task: Task) -> bool:
        """Return whether the task counts towards the minimum."""
        if not task.wanted or task.status != RUNNING:
            return False
        if task.is_checked and task.health != "HEALTHY":
            return False
        if task.targets:
            return all(self._state(task, number) in ("healthy", "unused") for number in range(len(task.targets)))
        return task.is_checked or self._age(task) >= max(SETTLED / self.time_scale, LEAST_SETTLED)

    def fault(self, task: Task) -> str:
        """Return why the task is to be replaced, or ""."""
        if not task.wanted or task.status != RUNNING or self._in_grace(task):
            return ""
        if task.is_checked and task.health == "UNHEALTHY":
            return "Task failed container health checks"
        for number, target in enumerate(task.targets):
            if self._state(task, number) == "unhealthy":
                return f"Task failed ELB health checks in (target-group {target.group})"
        return ""

    def _state(self, task: Task, number: int) -> str:
        target = task.targets[number]
        return self.targets.get(target.group, {}).get(task.ports_of(target), "")

    def _in_grace(self, task: Task) -> bool:
        least = 0.0 if task.was_healthy else LEAST_START
        return self._age(task) < max(self.grace / self.time_scale, least)

    def _age(self, task: Task) -> float:
        """Return the seconds of this machine since the task was RUNNING."""
        return (self.now - task.started).total_seconds() if task.started else 0.0
