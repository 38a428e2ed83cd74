"""The containers of one task: started and attended (output, health, end), and ended in order."""

from __future__ import annotations

import shutil
import threading
import time

from ..images import Image
from . import model, startup
from .container_environment import environment
from .drivers import Drivers, container_name
from .health import HealthMonitor, check_of
from .log_shipping import LogShipper
from .model import ContainerRun, Document
from .supervised import LEAST_GRACE, Supervised
from .task_state import TaskState

_STOP_TIMEOUT = 30


class TaskContainers:
    """What runs, or ran, of the task that `state` tells of."""

    def __init__(self, state: TaskState, drivers: Drivers) -> None:
        self._state, self._drivers = state, drivers
        self._cloud = state.cloud
        scope = state.scope
        self._folder = self._cloud.home / "tasks" / scope.account / scope.region / state.task.id
        self._running = {run.name: self._known(run) for run in state.task.containers}
        self._shippers: list[LogShipper] = []
        self._ending = threading.Event()

    def start(self, run: ContainerRun, image: Image, definition: Document, secrets: dict[str, str]) -> None:
        """Start the container `run` and attend it. Raises FailedToStart as ECS words it."""
        try:
            self._choose(run, image, definition)
            running = self._running[run.name] = self._known(run)
            variables = environment(self._cloud, self._state.scope, self._state.content, definition, run, secrets)
            running.start(image, definition, variables)
        except OSError as error:
            reason = f"CannotStartContainerError: {error}"
            self._state.change_container(run.name, status=model.STOPPED, reason=reason)
            raise startup.FailedToStart(reason) from None
        run.status = model.RUNNING
        run.health = "UNKNOWN" if check_of(definition) else ""
        self._state.save_container(run)
        self._attend(run, definition, variables)

    def adopt(self) -> None:
        """Attend again what runs since before a crash; what has ended meanwhile has ended."""
        state = self._state
        for run in state.task.containers:
            if run.status == model.RUNNING:
                definition = state.definition(run)
                self._attend(run, definition, environment(self._cloud, state.scope, state.content, definition, run, {}))

    def _choose(self, run: ContainerRun, image: Image, definition: Document) -> None:
        """Decide how it runs, and write that down before it does: a crash must not leave a container unknown."""
        if self._drivers.wants_engine(image, definition):
            self._drivers.load(self._state.scope, run)
            run.container = container_name(self._state.task.id, run.name)
        self._state.change_container(run.name, digest=run.digest, container=run.container)

    def _known(self, run: ContainerRun) -> Supervised:
        return self._drivers.known(run, self._folder / run.name, self._state.owner(run), self._state.content)

    def _attend(self, run: ContainerRun, definition: Document, variables: dict[str, str]) -> None:
        running = self._running[run.name]
        running.guard(self._cloud.home)
        closing = self._cloud.workers.closing.is_set
        if run.log_stream and running.output.exists():
            client = self._cloud.client("logs", self._state.scope)
            self._shippers.append(LogShipper(client, run.log_group, run.log_stream, running.output, closing))
        running.watch(lambda: self._ended(run.name))
        if found := check_of(definition):
            check, own = running.probe(found, variables)
            monitor = HealthMonitor(check, self._cloud.clock, running.folder, own)
            monitor.begin(self._ending, lambda state: self._state.health_changed(run.name, state))

    def _ended(self, name: str) -> None:
        if not self._cloud.workers.closing.is_set():
            self._state.container_ended(name, self._running[name].exit_code())

    def any_alive(self) -> bool:
        """Return whether any runs."""
        return any(running.alive() for running in self._running.values())

    def stop(self) -> None:
        """Ask all to end, wait for the grace of each, kill, and note how each has ended."""
        self._ending.set()
        begun = time.monotonic()
        runs = self._state.task.containers
        for run in runs:
            self._running[run.name].ask_to_end(self._grace(run))
        for run in runs:
            running = self._running[run.name]
            running.wait(max(self._grace(run) - (time.monotonic() - begun), 0.0))
            running.kill()
            code = {"exit_code": running.exit_code()} if run.pid else {}
            self._state.change_container(run.name, status=model.STOPPED, **code)

    def _grace(self, run: ContainerRun) -> float:
        """The stop timeout of a container, in seconds of this machine."""
        wanted = float(self._state.definition(run).get("stopTimeout", _STOP_TIMEOUT))
        return max(wanted / self._cloud.clock.time_scale, min(wanted, LEAST_GRACE))

    def close(self) -> None:
        """The local cloud ends: end all without a verdict; the next start finds that they are gone."""
        self._ending.set()
        begun = time.monotonic()
        for running in self._running.values():
            running.ask_to_end(LEAST_GRACE)
        for running in self._running.values():
            running.wait(max(LEAST_GRACE - (time.monotonic() - begun), 0.0))
            running.kill()

    def ship_the_rest(self) -> None:
        """Write what is left of the logs."""
        for shipper in self._shippers:
            shipper.close()

    def sweep(self) -> None:
        """End whatever carries a mark of the task."""
        for running in self._running.values():
            running.sweep()

    def forget(self) -> None:
        """Sweep, and drop the files."""
        self.sweep()
        shutil.rmtree(self._folder, ignore_errors=True)
