"""One look at a service: its revisions, tasks and targets, and what is done to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..scope import Scope
from . import announce, documents, placing
from .model import Task
from .records import Records
from .service_documents import deployment_id, service_arn
from .service_health import HealthView
from .service_model import Deployment, Revision, ServiceEvent, ServiceRecord

_EVENTS = 100
# After a failed task the next waits 10 seconds of AWS's, then twice as long each time, up to five minutes.
_BACK_OFF, _LONGEST_BACK_OFF = 10.0, 300.0
_IMPAIRED = 4
# What only the keeper writes in a revision.
_OURS = ("updated", "wanted", "rollout", "rollout_reason", "failed_tasks", "not_before", "stable_since")


@dataclass
class ServiceView:
    """A service as it is now; what changes goes into the store at once."""

    records: Records
    scope: Scope
    service: ServiceRecord
    revisions: list[Revision]
    tasks: list[Task]
    health: HealthView

    def of(self, revision: str) -> list[Task]:
        """Return the tasks of a revision that run or will."""
        return [task for task in self.tasks if task.revision == revision and task.wanted]

    def alive(self, revisions: Sequence[str]) -> list[Task]:
        """Return the tasks of revisions that have not stopped yet."""
        return [task for task in self.tasks if task.revision in revisions and not task.over]

    def healthy(self, tasks: Sequence[Task]) -> int:
        """Return how many of `tasks` are healthy."""
        return sum(self.health.is_healthy(task) for task in tasks)

    def revision(self, id_: str) -> Revision | None:
        return next((revision for revision in self.revisions if revision.id == id_), None)

    # Tasks

    def start(self, revision: Revision, count: int) -> None:
        """Start tasks of `revision`, unless it failed so often that it has to wait."""
        now = self.health.now
        if count <= 0 or (revision.not_before and now < revision.not_before):
            return
        cluster = self.records.cluster(self.scope, self.service.cluster)
        definition = self.records.definition(self.scope, revision.definition)
        with self.records.cloud.store.transaction():
            placing.forget_old(self.records, self.scope, cluster.name)
            made = [
                placing.place(
                    self.records, self.scope, cluster, definition, f"service:{self.service.name}", revision.targets,
                    service=self.service.name, revision=revision.id, started_by=deployment_id(revision),
                    network=revision.settings.get("networkConfiguration", {}),
                    tags=self.service.tags if self.service.settings.get("propagateTags") == "SERVICE" else [],
                    **placing.launch_of(cluster, revision.settings),
                )
                for _ in range(count)
            ]  # fmt: skip
            self.say(f"has started {count} tasks: {_names(made)}.")
        self.tasks += made

    def stop(self, tasks: Sequence[Task], reason: str = "") -> None:
        """Stop `tasks`; the load balancer drains them first."""
        if not tasks:
            return
        with self.records.cloud.store.transaction():
            for task in tasks:
                revision = self.revision(task.revision)
                why = reason or f"Scaling activity initiated by (deployment {deployment_id(revision)})"
                placing.stop(self.records, self.scope, task.key, "ServiceSchedulerInitiated", why)
                task.desired = "STOPPED"
            self.say(f"has stopped {len(tasks)} running tasks: {_names(tasks)}.")
            if any(task.targets for task in tasks):
                self.say(f"has begun draining connections on {len(tasks)} tasks.")

    def keep(self, revision: Revision, wanted: int) -> None:
        """Start what is missing of `revision`, stop what is too much: what is not healthy and the newest first."""
        tasks = self.of(revision.id)
        self.start(revision, wanted - len(tasks))
        self.stop(self._expendable(tasks)[: max(len(tasks) - wanted, 0)])

    def _expendable(self, tasks: Sequence[Task]) -> list[Task]:
        newest_first = list(tasks)
        newest_first.reverse()
        return sorted(newest_first, key=self.health.is_healthy)

    def stop_old(self, tasks: Sequence[Task], count: int) -> None:
        """Stop `count` of `tasks`, those that are not healthy first."""
        self.stop(sorted(tasks, key=self.health.is_healthy)[:count])

    # Failures

    def note_failures(self) -> None:
        """Replace tasks that fail their checks, and count, once, each that failed before it was healthy."""
        for task in self.tasks:
            if fault := self.health.fault(task):
                self.say(_unhealthy(task, fault))
                self.stop([task], fault)
                self._count(task, failed=True)
            elif self.health.is_healthy(task) and not task.was_healthy:
                self._was_healthy(task)
            elif task.desired == "STOPPED" and task.stop_code in ("EssentialContainerExited", "TaskFailedToStart"):
                self._count(task, failed=not task.was_healthy)

    def _count(self, task: Task, *, failed: bool) -> None:
        if task.counted:
            return
        task.counted = True
        with self.records.cloud.store.transaction():
            self.records.change_task(self.scope, task.key, _set_counted)
            if failed and (revision := self.revision(task.revision)):
                self._failed(revision)

    def _failed(self, revision: Revision) -> None:
        seconds = min(_BACK_OFF * 2**revision.failed_tasks, _LONGEST_BACK_OFF) / self.health.time_scale
        revision.failed_tasks += 1
        revision.not_before = self.health.now + timedelta(seconds=seconds)
        self.save(revision)
        if revision.failed_tasks % _IMPAIRED == 0:
            self.say("is unable to consistently start tasks successfully.")
            arn = service_arn(self.scope, self.service)
            cluster = documents.cluster_arn(self.scope, self.service.cluster)
            announce.service_action(self.records.cloud, self.scope, arn, cluster, "SERVICE_TASK_START_IMPAIRED", "WARN")
        deployment = self.deployment()
        if deployment and deployment.target == revision.id and deployment.status == "IN_PROGRESS":
            self.change_deployment(lambda found: setattr(found, "failures", found.failures + 1))

    def _was_healthy(self, task: Task) -> None:
        task.was_healthy = True
        self.records.change_task(self.scope, task.key, lambda found: setattr(found, "was_healthy", True))
        revision, deployment = self.revision(task.revision), self.deployment()
        if revision and (revision.failed_tasks or revision.not_before):
            revision.failed_tasks, revision.not_before = 0, None
            self.save(revision)
        if not deployment or deployment.target != task.revision or not deployment.failures:
            return
        if deployment.configuration.get("deploymentCircuitBreaker", {}).get("resetOnHealthyTask", True):
            self.change_deployment(lambda found: setattr(found, "failures", 0))

    # Records

    def deployment(self) -> Deployment | None:
        """Return the deployment that goes on or was the last, as the store has it now."""
        key = f"{self.service.key}/{self.service.deployment}"
        return self.records.deployments.get(self.scope, key) if self.service.deployment else None

    def change_deployment(self, change: Callable[[Deployment], None]) -> Deployment:
        """Change the deployment in one transaction and return it."""
        with self.records.cloud.store.transaction():
            deployment = self.deployment()
            assert deployment is not None
            change(deployment)
            deployment.updated = self.health.now
            self.records.deployments.put(self.scope, deployment.key, deployment)
        return deployment

    def save(self, revision: Revision) -> None:
        """Write what the keeper of a service knows of a revision; the rest may have been changed by a call."""
        revision.updated = self.health.now
        with self.records.cloud.store.transaction():
            found = self.records.revisions.get(self.scope, revision.key)
            if found is not None:
                for member in _OURS:
                    setattr(found, member, getattr(revision, member))
                self.records.revisions.put(self.scope, found.key, found)

    def change_service(self, change: Callable[[ServiceRecord], None]) -> None:
        """Change the service in one transaction; its request may have changed meanwhile."""
        with self.records.cloud.store.transaction():
            found = self.records.services.get(self.scope, self.service.key)
            if found is not None:
                change(found)
                self.records.services.put(self.scope, found.key, found)
                self.service = found

    def say(self, message: str) -> None:
        """Add an event to the service, the newest first."""
        event = ServiceEvent(str(uuid.uuid4()), self.health.now, f"(service {self.service.name}) {message}")
        self.change_service(lambda found: setattr(found, "events", [event, *found.events][:_EVENTS]))


def _set_counted(task: Task) -> None:
    task.counted = True


def _names(tasks: Sequence[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)


def _unhealthy(task: Task, fault: str) -> str:
    if "ELB" not in fault:
        return f"(task {task.id}) failed container health checks."
    target = task.targets[0]
    return (
        f"(port {task.ports_of(target)}) is unhealthy in (target-group {target.group}) due to (reason Health checks"
        " failed)."
    )
