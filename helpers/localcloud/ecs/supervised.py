"""A process under our supervisor: started, watched, adopted after a crash, ended with all below it.

Each way to run a container is one: its program itself, or the client of a container engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from ..images import Image
from ..runtime import guardian, processes
from .health import Check
from .model import ContainerRun, Document

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
KILLED = 137
# A process cannot be asked to end sixty times faster: a grace is not shortened below this (seconds of this machine).
LEAST_GRACE = 2.0
_START_LIMIT = 30.0
# All tasks are adopted at once, and the guardian is told of one after the other.
_guarding = threading.Lock()


class Supervised(ABC):
    """The process of one container, whose files are in `folder` and which carries the mark `owner`."""

    def __init__(self, run: ContainerRun, folder: Path, owner: str) -> None:
        self.run = run
        self.folder = folder
        self.output = folder / "output.log"
        self.owner = owner
        self._exit_file = folder / "exit"

    @abstractmethod
    def start(self, image: Image, definition: Document, environment: Mapping[str, str]) -> None:
        """Start the container with the variables `environment`. Raises OSError if it cannot be started at all."""

    @abstractmethod
    def probe(self, check: Check, environment: Mapping[str, str]) -> tuple[Check, dict[str, str]]:
        """Return how `check` is made from this machine, and with which variables."""

    def guard(self, home: Path) -> None:
        """Let the process not outlive the local cloud, whose folder is `home`, for long."""
        with _guarding:
            guardian.watch(home, self.run.pid, self.run.process_started)

    def watch(self, ended: Callable[[], None]) -> None:
        """Call `ended` in a thread of its own when the process has ended, now or later."""

        def wait() -> None:
            if process := self.process():
                process.wait()
            ended()

        threading.Thread(target=wait, name=f"container:{self.run.name}", daemon=True).start()

    def alive(self) -> bool:
        """Return whether that very process still runs."""
        return self.process() is not None

    def exit_code(self) -> int:
        """Return the exit code; of a process that was killed with its supervisor that of SIGKILL."""
        try:
            return int(self._exit_file.read_text())
        except (OSError, ValueError):
            return KILLED

    def ask_to_end(self, grace: float) -> None:
        """Send SIGTERM; `kill` comes after `grace` seconds of this machine."""
        if process := self.process():
            try:
                process.terminate()
            except psutil.Error:
                return

    def kill(self) -> None:
        """Kill the process first, so that its exit code is written, and then whatever else it started."""
        process = self.process()
        try:
            for child in process.children() if process else []:
                child.kill()
            if process:
                process.wait(5)
        except (psutil.Error, psutil.TimeoutExpired):
            pass
        self.sweep()

    def sweep(self) -> None:
        """End all that carries our mark, also what a crash of ours left before its number was written down."""
        leaders = [processes.Leader(self.run.pid, self.run.process_started)] if self.run.pid else []
        processes.end(self.owner, leaders, grace=0.0)

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` of this machine for the process to end; return whether it has."""
        process = self.process()
        if process is None:
            return True
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            return False
        return True

    def process(self) -> psutil.Process | None:
        """Return that very process, if it runs."""
        try:
            process = psutil.Process(self.run.pid) if self.run.pid else None
            if process is None or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if abs(process.create_time() - self.run.process_started) < 1 else None
        except psutil.Error:
            return None

    def launch(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], ending: Sequence[str] = ()
    ) -> None:
        """Start `command` in `folder` and return when it is there, or has failed.

        `ending` is what ends it in the place of SIGTERM. Raises OSError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        started = self._exit_file.with_suffix(".started")
        for old in (self._exit_file, started):
            old.unlink(missing_ok=True)
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_SUPERVISOR), str(self._exit_file), json.dumps([*ending]), *command],
                cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
            )  # fmt: skip
        leader = processes.leader(process)
        self.run.pid, self.run.process_started = leader.pid, leader.started
        wait_until(lambda: started.exists() or process.poll() is not None, _START_LIMIT)


def wait_until(condition: Callable[[], bool], limit: float, every: float = 0.01) -> bool:
    """Return whether `condition` came true within `limit` seconds."""
    pause, until = threading.Event(), time.monotonic() + limit
    while not (seen := condition()) and time.monotonic() < until:
        pause.wait(every)
    return seen


def command_of(image: Image, definition: Document) -> list[str]:
    """Return what a container runs: an entry point of the definition's own drops the image's command.

    Raises OSError if there is nothing to run.
    """
    entry = definition.get("entryPoint") or image.entrypoint
    default = [] if definition.get("entryPoint") else image.command
    command = [*entry, *(definition.get("command") or default)]
    if not command:
        raise OSError("neither the image nor the task definition has a command")
    return command
