"""One task as its job sees it: what is known of it, and every change written, and announced with its status."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..workers import Job
from . import announce, documents, model
from .model import ContainerRun, Document, Task
from .records import Records


class TaskState:
    """The record of the task of `job`. `task` is as of the last change."""

    def __init__(self, records: Records, job: Job, task: Task) -> None:
        self._records, self._job = records, job
        self.cloud = records.cloud
        self.scope = job.scope
        self.task = task
        self.content: Document = records.definition(job.scope, task.definition).content

    def owner(self, run: ContainerRun) -> str:
        """Return the mark of a container: its ARN."""
        return documents.container_arn(self.scope, self.task, run)

    def definition(self, run: ContainerRun) -> Document:
        """Return the container definition of `run`, with the overrides of the task."""
        found = next(each for each in self.content["containerDefinitions"] if each["name"] == run.name)
        overrides: list[Document] = self.task.overrides.get("containerOverrides", [])
        own = next((each for each in overrides if each.get("name") == run.name), {})
        changed = {"command": own["command"]} if own.get("command") else {}
        environment = [*found.get("environment", []), *own.get("environment", [])]
        return {**found, **changed, "environment": environment}

    def fail(self, code: str, reason: str) -> None:
        """Note why the task stops, unless somebody said so before, and let its job end."""

        def change(task: Task) -> None:
            if task.desired == model.RUNNING:
                task.desired, task.stop_code, task.stopped_reason = model.STOPPED, code, reason
                task.stopping = self.cloud.clock.now()

        self._take(self._records.change_task(self.scope, self._job.key, change))
        self._job.stop.set()

    def change(self, **members: Any) -> None:
        """Change members of the task; a change of its status is announced."""
        with self.cloud.store.transaction():
            self._take(self._records.change_task(self.scope, self._job.key, lambda task: _set(task, members)))
            if "status" in members:
                self._announce()

    def change_container(self, name: str, /, **members: Any) -> None:
        """Change members of the container `name`."""
        changed = self._records.change_task(self.scope, self._job.key, lambda task: _set(task.container(name), members))
        self._take(changed)

    def save_container(self, run: ContainerRun) -> None:
        """Write all that `run` says."""
        self.change_container(run.name, **vars(replace(run)))

    def container_ended(self, name: str, code: int) -> None:
        """Note that a container has ended by itself: an essential one takes its task along."""
        with self.cloud.store.transaction():
            self.change_container(name, status=model.STOPPED, exit_code=code)
            if self.task.container(name).essential and self.task.desired == model.RUNNING:
                self.fail("EssentialContainerExited", "Essential container in task exited")
        if self.task.desired == model.STOPPED:
            self._job.stop.set()

    def health_changed(self, name: str, state: str) -> None:
        """Note what a health check says, and announce it."""
        with self.cloud.store.transaction():
            self.change_container(name, health=state)
            self._announce()

    def reload(self) -> Task | None:
        """Read the task again; None if it is gone."""
        found = self._records.tasks.get(self.scope, self._job.key)
        self._take(found)
        return found

    def _announce(self) -> None:
        announce.task_change(self.cloud, self.scope, self.task, self.content)

    def _take(self, task: Task | None) -> None:
        if task is not None:
            self.task = task


def _set(thing: Any, members: dict[str, Any]) -> None:
    for name, value in members.items():
        setattr(thing, name, value)
