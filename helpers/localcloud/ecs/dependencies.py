"""Which container of a task starts after which, and what it waits for.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
"""

from __future__ import annotations

import threading

from .model import RUNNING, STOPPED, ContainerRun, Document
from .startup import FailedToStart
from .task_state import TaskState

_START_TIMEOUT = 120


def in_order(state: TaskState) -> list[ContainerRun]:
    """Return the containers, each after those that it depends on. Raises FailedToStart for a circle."""
    ordered: list[ContainerRun] = []
    waiting = list(state.task.containers)
    while waiting:
        names = {run.name for run in ordered}
        ready = [run for run in waiting if _needs(state, run) <= names]
        if not ready:
            raise FailedToStart("The containers of the task depend on each other in a circle.")
        ordered += ready
        waiting = [run for run in waiting if run not in ready]
    return ordered


def _needs(state: TaskState, run: ContainerRun) -> set[str]:
    return {each["containerName"] for each in state.definition(run).get("dependsOn", [])}


def await_all(state: TaskState, definition: Document, stop: threading.Event) -> None:
    """Wait until what the container depends on is as far as it wants. Raises FailedToStart, also when `stop` is set."""
    clock = state.cloud.clock
    limit = float(definition.get("startTimeout", _START_TIMEOUT))
    for dependency in definition.get("dependsOn", []):
        name, condition = dependency["containerName"], dependency["condition"]
        waited, pause = 0.0, 0.05 * clock.time_scale
        while not _is_as_far(state, name, condition):
            if clock.wait(stop, pause) or (waited := waited + pause) > limit + pause * 40:
                raise FailedToStart(f"dependency graph: container {name} did not reach {condition}")


def _is_as_far(state: TaskState, name: str, condition: str) -> bool:
    run = state.task.container(name)
    over = run.status == STOPPED
    if condition == "SUCCESS" and over and run.exit_code != 0:
        raise FailedToStart(f"dependency graph: container {name} exited with {run.exit_code}")
    if condition == "HEALTHY":
        return run.health == "HEALTHY"
    return over if condition in ("COMPLETE", "SUCCESS") else run.status == RUNNING or over
