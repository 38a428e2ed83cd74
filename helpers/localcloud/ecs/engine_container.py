"""A container of the machine's Docker engine, held by a `docker run` in the foreground under our supervisor.

So its output, its exit code, its adoption after a crash and the guardian are those of a process. What ends it goes
through the engine: the image's own stop signal, and SIGKILL to all of it.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..images import Image
from ..runtime.engine import Engine, EngineError, client_environment
from ..runtime.environment import OWNER
from .engine_options import options
from .health import Check
from .model import ContainerRun, Document
from .supervised import LEAST_GRACE, Supervised, command_of, wait_until

_START_LIMIT = 60.0
_TURN = 0.1
# An engine takes its time to start a program in a container (seconds of this machine).
_LEAST_CHECK = 30.0
# What `docker run` returns if the container could not be started; a container may end with these itself.
_NOT_STARTED = (125, 126, 127)
_SAID_BY_CLIENT = "docker: "


class EngineContainer(Supervised):
    """One container; `task` is the content of its task definition, `tag` the name that the engine has for its image."""

    def __init__(self, run: ContainerRun, folder: Path, owner: str, engine: Engine, task: Document, tag: str) -> None:
        super().__init__(run, folder, owner)
        self._engine, self._task, self._tag = engine, task, tag
        self._stopping: subprocess.Popen[bytes] | None = None

    def start(self, image: Image, definition: Document, environment: Mapping[str, str]) -> None:
        """Start the container and return when it runs. Raises EngineError with the words of the engine."""
        program, *arguments = command_of(image, definition)
        chosen = options(self._task, definition, self.run, self._engine.processors)
        command = self._engine.call(
            "run", "--rm", "--pull=never", "--log-driver=none", f"--name={self.run.container}",
            f"--label=workbook.container={self.owner}", *chosen, *(f"--env={name}" for name in environment),
            f"--entrypoint={program}", self._tag, *arguments,
        )  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)
        ending = self._engine.call("stop", f"--time={math.ceil(LEAST_GRACE)}", self.run.container)
        self.launch(command, self.folder, {**client_environment(environment), OWNER: self.owner}, ending)
        if not wait_until(self._has_started, _START_LIMIT, _TURN):
            self.kill()
            raise EngineError("the Docker engine did not start the container in time")
        if reason := self._refusal():
            raise EngineError(reason)

    def probe(self, check: Check, environment: Mapping[str, str]) -> tuple[Check, dict[str, str]]:
        """Return `check` as it is made inside of the container, which has its variables."""
        command = self._engine.call("exec", self.run.container, *check.command)
        return replace(check, command=command, least=_LEAST_CHECK), client_environment({})

    def ask_to_end(self, grace: float) -> None:
        """Send the image's stop signal (SIGTERM, if it names none)."""
        if self.alive():
            self._stopping = self._engine.begin_stop(self.run.container, math.ceil(grace))

    def kill(self) -> None:
        """Kill the container, so that its exit code is written, and take away what is left."""
        if self.alive():
            self._engine.kill(self.run.container)
            self.wait(5)
        super().kill()

    def sweep(self) -> None:
        """Take the container away and end its client, also what a crash of ours left."""
        self._engine.remove(self.run.container)
        super().sweep()
        if self._stopping is not None:
            self._stopping.kill()
            self._stopping.wait(5)

    def _has_started(self) -> bool:
        return not self.alive() or self._engine.state(self.run.container) in ("running", "exited")

    def _refusal(self) -> str:
        """Return what the engine says against the container, or nothing."""
        if self.alive() or self.exit_code() not in _NOT_STARTED:
            return ""
        lines = self.output.read_text(errors="replace").splitlines()
        said = [line.removeprefix(_SAID_BY_CLIENT) for line in lines if line.startswith(_SAID_BY_CLIENT)]
        return said[-1].partition(". See 'docker run --help'")[0] if said else ""
