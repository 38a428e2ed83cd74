"""The life of one task, from PROVISIONING to STOPPED: a durable job."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import replace
from typing import Any

from ..images import Image, Images
from ..runtime.environment import OWNER, clean_environment
from ..workers import Job
from . import announce, documents, model, startup
from .balancing import Balancing
from .container import LEAST_GRACE, ContainerProcess
from .health import HealthMonitor, check_of
from .log_shipping import LogShipper
from .model import ContainerRun, Document, Task
from .records import Records

log = logging.getLogger(__name__)

KIND = "ecs.task"
_STOP_TIMEOUT = 30
_LOST = "The local cloud was stopped while this task ran."


class TaskRuns:
    """The handler of all task jobs."""

    def __init__(self, records: Records, images: Images) -> None:
        self.records = records
        self.images = images
        self.ports = startup.Ports()
        self.balancing = Balancing(records.cloud)

    def work(self, job: Job) -> None:
        """Take the task as far as it goes; after a crash adopt what still runs."""
        task = self.records.tasks.get(job.scope, job.key)
        if task is not None and not task.over:
            _TaskRun(self, job, task).execute()


class _TaskRun:
    def __init__(self, runs: TaskRuns, job: Job, task: Task) -> None:
        self._runs, self._job, self._scope, self._task = runs, job, job.scope, task
        self._records = runs.records
        self._cloud = runs.records.cloud
        self._content: Document = self._records.definition(job.scope, task.definition).content
        self._folder = self._cloud.home / "tasks" / job.scope.account / job.scope.region / task.id
        self._processes = {run.name: self._process(run) for run in task.containers}
        self._shippers: list[LogShipper] = []
        self._ending = threading.Event()
        self._failure = ""

    def execute(self) -> None:
        """Start or adopt, wait for the end, and end in order."""
        if not self._has_processes():
            if self._job.resumed:
                self._sweep()
            self._provision()
        else:
            self._adopt()
        self._job.stop.wait()
        if self._cloud.workers.closing.is_set():
            self._close()
        else:
            self._end()

    def _has_processes(self) -> bool:
        return any(run.pid for run in self._task.containers)

    # The beginning

    def _provision(self) -> None:
        """Everything up to RUNNING; what fails is the reason for which the task stops."""
        try:
            if self._task.desired == model.RUNNING:
                images = self._pull()
                self._start(images)
                self._enter_service()
        except startup.FailedToStart as error:
            self._fail("TaskFailedToStart", str(error))
        except Exception as error:
            # The local cloud closes: whatever it could not reach was closing as well.
            if not self._cloud.workers.closing.is_set():
                log.exception("The task %s could not be started", self._task.id)
                self._fail("TaskFailedToStart", f"ResourceInitializationError: {error!r}")
        if self._task.desired == model.STOPPED:
            self._job.stop.set()

    def _pull(self) -> dict[str, Image]:
        self._change(status=model.PENDING, pull_started=self._cloud.clock.now())
        images: dict[str, Image] = {}
        for run in self._task.containers:
            try:
                images[run.name] = startup.pull(self._runs.images, self._scope, run.image)
            except startup.FailedToStart as error:
                self._change_container(run.name, status=model.STOPPED, reason=str(error))
                raise
        self._change(pull_stopped=self._cloud.clock.now())
        return images

    def _start(self, images: dict[str, Image]) -> None:
        for run in self._in_order():
            if self._job.stop.is_set():
                return
            definition = self._definition(run)
            run.digest = images[run.name].digest
            run.ports = {str(each["containerPort"]): self._runs.ports.free() for each in definition["portMappings"]}
            secrets = startup.secrets(self._cloud, self._scope, definition)
            startup.open_log(self._cloud, self._scope, self._task, run, definition)
            environment = self._environment(run, definition, secrets)
            self._await_dependencies(definition)
            self._launch(run, images[run.name], definition, environment)

    def _launch(self, run: ContainerRun, image: Image, definition: Document, environment: dict[str, str]) -> None:
        process = self._processes[run.name]
        process.run = run
        try:
            process.start(image, definition, environment)
        except OSError as error:
            reason = f"CannotStartContainerError: {error}"
            self._change_container(run.name, status=model.STOPPED, reason=reason)
            raise startup.FailedToStart(reason) from None
        run.status = model.RUNNING
        run.health = "UNKNOWN" if check_of(definition) else ""
        self._save_container(run)
        self._attend(run, definition, environment)

    def _attend(self, run: ContainerRun, definition: Document, environment: dict[str, str]) -> None:
        """Watch the process, ship its log and check its health."""
        process = self._processes[run.name]
        process.guard(self._cloud.home)
        if run.log_stream and process.output.exists():
            client = self._cloud.client("logs", self._scope)
            closing = self._cloud.workers.closing.is_set
            self._shippers.append(LogShipper(client, run.log_group, run.log_stream, process.output, closing))
        process.watch(lambda: self._container_ended(run.name))
        if check := check_of(definition):
            whole = {**clean_environment(process_owner := self._owner(run), self._folder / run.name), **environment}
            monitor = HealthMonitor(check, self._cloud.clock, self._folder / run.name, whole, process_owner)
            monitor.begin(self._ending, lambda state: self._health_changed(run.name, state))

    def _enter_service(self) -> None:
        if self._task.targets:
            self._change(status=model.ACTIVATING)
            if problem := self._runs.balancing.register(self._scope, self._task):
                raise startup.FailedToStart(f"ResourceInitializationError: {problem}")
        self._change(status=model.RUNNING, started=self._cloud.clock.now(), registered=True)

    def _adopt(self) -> None:
        """After a crash: what runs goes on under our eyes, what has ended meanwhile has ended."""
        for run in self._task.containers:
            if run.status == model.RUNNING:
                definition = self._definition(run)
                self._attend(run, definition, self._environment(run, definition, {}))
        started = all(run.pid for run in self._task.containers)
        if self._task.desired == model.STOPPED:
            self._job.stop.set()
        elif not started:
            self._fail("TaskFailedToStart", _LOST)
        elif self._task.status != model.RUNNING:
            try:
                self._enter_service()
            except startup.FailedToStart as error:
                self._fail("TaskFailedToStart", str(error))

    # While it runs

    def _container_ended(self, name: str) -> None:
        """Called by the watcher: an essential container takes its task along."""
        if self._cloud.workers.closing.is_set():
            return
        code = self._processes[name].exit_code()
        with self._cloud.store.transaction():
            self._change_container(name, status=model.STOPPED, exit_code=code)
            task = self._task
            if task.container(name).essential and task.desired == model.RUNNING:
                self._fail("EssentialContainerExited", "Essential container in task exited")
        self._job.stop.set() if self._task.desired == model.STOPPED else None

    def _health_changed(self, name: str, state: str) -> None:
        with self._cloud.store.transaction():
            self._change_container(name, health=state)
            announce.task_change(self._cloud, self._scope, self._task, self._content)

    # The end

    def _end(self) -> None:
        task = self._reload()
        if task is None:
            return self._forget()
        if task.desired == model.RUNNING:
            self._fail("ServiceSchedulerInitiated", "The task was stopped.")
        if task.targets and task.registered:
            self._change(status=model.DEACTIVATING)
            self._runs.balancing.deregister(self._scope, self._task)
            if self._any_alive():
                self._runs.balancing.drained(self._scope, self._task, self._cloud.workers.closing)
        if self._cloud.workers.closing.is_set():
            return self._close()
        self._change(status=model.STOPPING)
        self._stop_processes()
        self._change(status=model.DEPROVISIONING, execution_stopped=self._cloud.clock.now())
        for shipper in self._shippers:
            shipper.close()
        self._change(status=model.STOPPED, stopped=self._cloud.clock.now())
        return self._forget()

    def _stop_processes(self) -> None:
        """SIGTERM to all, the grace of each, SIGKILL, and a look for what is left."""
        self._ending.set()
        begun = time.monotonic()
        for process in self._processes.values():
            process.ask_to_end()
        for run in self._task.containers:
            process = self._processes[run.name]
            process.wait(max(self._grace(run) - (time.monotonic() - begun), 0.0))
            process.kill()
            if run.pid:
                self._change_container(run.name, status=model.STOPPED, exit_code=process.exit_code())
            else:
                self._change_container(run.name, status=model.STOPPED)

    def _grace(self, run: ContainerRun) -> float:
        """The stop timeout of a container, in seconds of this machine."""
        wanted = float(self._definition(run).get("stopTimeout", _STOP_TIMEOUT))
        return max(wanted / self._cloud.clock.time_scale, min(wanted, LEAST_GRACE))

    def _close(self) -> None:
        """The local cloud ends: end the processes without a verdict; the next start finds that they are gone."""
        self._ending.set()
        begun = time.monotonic()
        for process in self._processes.values():
            process.ask_to_end()
        for process in self._processes.values():
            process.wait(max(LEAST_GRACE - (time.monotonic() - begun), 0.0))
            process.kill()

    def _forget(self) -> None:
        self._sweep()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sweep(self) -> None:
        for process in self._processes.values():
            process.sweep()

    def _any_alive(self) -> bool:
        return any(process.alive() for process in self._processes.values())

    # What is known

    def _process(self, run: ContainerRun) -> ContainerProcess:
        return ContainerProcess(run, self._folder / run.name, self._owner(run))

    def _owner(self, run: ContainerRun) -> str:
        return documents.container_arn(self._scope, self._task, run)

    def _definition(self, run: ContainerRun) -> Document:
        found = next(each for each in self._content["containerDefinitions"] if each["name"] == run.name)
        overrides: list[Document] = self._task.overrides.get("containerOverrides", [])
        own = next((each for each in overrides if each.get("name") == run.name), {})
        changed = {"command": own["command"]} if own.get("command") else {}
        environment = [*found.get("environment", []), *own.get("environment", [])]
        return {**found, **changed, "environment": environment}

    def _environment(self, run: ContainerRun, definition: Document, secrets: dict[str, str]) -> dict[str, str]:
        ports = list(run.ports.items())
        return {
            **self._cloud.environment(self._scope),
            **{each["name"]: each["value"] for each in definition["environment"]},
            **secrets,
            **{f"PORT_{inner}": str(outer) for inner, outer in ports},
            **({"PORT": str(ports[0][1])} if ports else {}),
            OWNER: self._owner(run),
        }

    def _in_order(self) -> list[ContainerRun]:
        """The containers, each after those that it depends on."""
        ordered: list[ContainerRun] = []
        waiting = list(self._task.containers)
        while waiting:
            names = {run.name for run in ordered}
            ready = [run for run in waiting if self._needs(run) <= names]
            if not ready:
                raise startup.FailedToStart("The containers of the task depend on each other in a circle.")
            ordered += ready
            waiting = [run for run in waiting if run not in ready]
        return ordered

    def _needs(self, run: ContainerRun) -> set[str]:
        return {each["containerName"] for each in self._definition(run).get("dependsOn", [])}

    def _await_dependencies(self, definition: Document) -> None:
        """Wait until what the container depends on is as far as it wants. Raises FailedToStart."""
        for dependency in definition.get("dependsOn", []):
            name, condition = dependency["containerName"], dependency["condition"]
            limit = float(definition.get("startTimeout", 120))
            waited, pause = 0.0, 0.05 * self._cloud.clock.time_scale
            while not self._is_as_far(name, condition):
                if self._cloud.clock.wait(self._job.stop, pause) or (waited := waited + pause) > limit + pause * 40:
                    raise startup.FailedToStart(f"dependency graph: container {name} did not reach {condition}")

    def _is_as_far(self, name: str, condition: str) -> bool:
        run = self._task.container(name)
        over = run.status == model.STOPPED
        if condition == "SUCCESS" and over and run.exit_code != 0:
            raise startup.FailedToStart(f"dependency graph: container {name} exited with {run.exit_code}")
        if condition == "HEALTHY":
            return run.health == "HEALTHY"
        return over if condition in ("COMPLETE", "SUCCESS") else run.status == model.RUNNING or over

    # What is written

    def _fail(self, code: str, reason: str) -> None:
        """Note why the task stops, unless somebody said so before."""

        def change(task: Task) -> None:
            if task.desired == model.RUNNING:
                task.desired, task.stop_code, task.stopped_reason = model.STOPPED, code, reason
                task.stopping = self._cloud.clock.now()

        self._take(self._records.change_task(self._scope, self._job.key, change))
        self._job.stop.set()

    def _change(self, **members: Any) -> None:
        """Change members of the task; a change of its status is announced."""
        with self._cloud.store.transaction():
            self._take(self._records.change_task(self._scope, self._job.key, lambda task: _set(task, members)))
            if "status" in members:
                announce.task_change(self._cloud, self._scope, self._task, self._content)

    def _change_container(self, name: str, /, **members: Any) -> None:
        changed = self._records.change_task(
            self._scope, self._job.key, lambda task: _set(task.container(name), members)
        )
        self._take(changed)

    def _save_container(self, run: ContainerRun) -> None:
        fresh = replace(run)
        self._change_container(run.name, **vars(fresh))

    def _reload(self) -> Task | None:
        found = self._records.tasks.get(self._scope, self._job.key)
        self._take(found)
        return found

    def _take(self, task: Task | None) -> None:
        if task is not None:
            self._task = task


def _set(thing: Any, members: dict[str, Any]) -> None:
    for name, value in members.items():
        setattr(thing, name, value)
