"""The life of one task, from PROVISIONING to STOPPED: a durable job."""

from __future__ import annotations

import logging

from ..images import Image, Images
from ..workers import Job
from . import dependencies, model, startup
from .balancing import Balancing
from .drivers import Drivers
from .model import Task
from .records import Records
from .task_containers import TaskContainers
from .task_state import TaskState

log = logging.getLogger(__name__)

KIND = "ecs.task"
_LOST = "The local cloud was stopped while this task ran."


class TaskRuns:
    """The handler of all task jobs."""

    def __init__(self, records: Records, images: Images) -> None:
        self.records = records
        self.images = images
        self.ports = startup.Ports()
        self.balancing = Balancing(records.cloud)
        self.drivers = Drivers(images, records.cloud.home)

    def work(self, job: Job) -> None:
        """Take the task as far as it goes; after a crash adopt what still runs."""
        task = self.records.tasks.get(job.scope, job.key)
        if task is not None and not task.over:
            _TaskRun(self, job, task).execute()


class _TaskRun:
    def __init__(self, runs: TaskRuns, job: Job, task: Task) -> None:
        self._runs, self._job, self._scope = runs, job, job.scope
        self._cloud = runs.records.cloud
        self._state = TaskState(runs.records, job, task)
        self._containers = TaskContainers(self._state, runs.drivers)

    def execute(self) -> None:
        """Start or adopt, wait for the end, and end in order."""
        if any(run.pid for run in self._state.task.containers):
            self._adopt()
        else:
            if self._job.resumed:
                self._containers.sweep()
            self._provision()
        self._job.stop.wait()
        if self._cloud.workers.closing.is_set():
            self._containers.close()
        else:
            self._end()

    # The beginning

    def _provision(self) -> None:
        """Everything up to RUNNING; what fails is the reason for which the task stops."""
        try:
            if self._state.task.desired == model.RUNNING:
                images = self._pull()
                self._start(images)
                self._enter_service()
        except startup.FailedToStart as error:
            self._state.fail("TaskFailedToStart", str(error))
        except Exception as error:
            # The local cloud closes: whatever it could not reach was closing as well.
            if not self._cloud.workers.closing.is_set():
                log.exception("The task %s could not be started", self._state.task.id)
                self._state.fail("TaskFailedToStart", f"ResourceInitializationError: {error!r}")
        if self._state.task.desired == model.STOPPED:
            self._job.stop.set()

    def _pull(self) -> dict[str, Image]:
        self._state.change(status=model.PENDING, pull_started=self._cloud.clock.now())
        images: dict[str, Image] = {}
        for run in self._state.task.containers:
            try:
                images[run.name] = startup.pull(self._runs.images, self._scope, run.image)
            except startup.FailedToStart as error:
                self._state.change_container(run.name, status=model.STOPPED, reason=str(error))
                raise
        self._state.change(pull_stopped=self._cloud.clock.now())
        return images

    def _start(self, images: dict[str, Image]) -> None:
        for run in dependencies.in_order(self._state):
            if self._job.stop.is_set():
                return
            definition = self._state.definition(run)
            run.digest = images[run.name].digest
            run.ports = {str(each["containerPort"]): self._runs.ports.free() for each in definition["portMappings"]}
            secrets = startup.secrets(self._cloud, self._scope, definition)
            startup.open_log(self._cloud, self._scope, self._state.task, run, definition)
            dependencies.await_all(self._state, definition, self._job.stop)
            self._containers.start(run, images[run.name], definition, secrets)

    def _enter_service(self) -> None:
        if self._state.task.targets:
            self._state.change(status=model.ACTIVATING)
            if problem := self._runs.balancing.register(self._scope, self._state.task):
                raise startup.FailedToStart(f"ResourceInitializationError: {problem}")
        self._state.change(status=model.RUNNING, started=self._cloud.clock.now(), registered=True)

    def _adopt(self) -> None:
        """After a crash: what runs goes on under our eyes."""
        self._containers.adopt()
        task = self._state.task
        if task.desired == model.STOPPED:
            self._job.stop.set()
        elif not all(run.pid for run in task.containers):
            self._state.fail("TaskFailedToStart", _LOST)
        elif task.status != model.RUNNING:
            try:
                self._enter_service()
            except startup.FailedToStart as error:
                self._state.fail("TaskFailedToStart", str(error))

    # The end

    def _end(self) -> None:
        if self._state.reload() is None:
            return self._containers.forget()
        if self._state.task.desired == model.RUNNING:
            self._state.fail("ServiceSchedulerInitiated", "The task was stopped.")
        self._leave_service()
        if self._cloud.workers.closing.is_set():
            return self._containers.close()
        self._state.change(status=model.STOPPING)
        self._containers.stop()
        self._state.change(status=model.DEPROVISIONING, execution_stopped=self._cloud.clock.now())
        self._containers.ship_the_rest()
        self._state.change(status=model.STOPPED, stopped=self._cloud.clock.now())
        return self._containers.forget()

    def _leave_service(self) -> None:
        task = self._state.task
        if task.targets and task.registered:
            self._state.change(status=model.DEACTIVATING)
            self._runs.balancing.deregister(self._scope, self._state.task)
            if self._containers.any_alive():
                self._runs.balancing.drained(self._scope, self._state.task, self._cloud.workers.closing)
