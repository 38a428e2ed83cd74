"""One container as a process of this machine: started, watched, adopted after a crash, ended with all below it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from ..images import Image
from ..runtime import guardian, processes
from ..runtime.environment import OWNER, clean_environment
from .model import ContainerRun, Document

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
KILLED = 137
# A process cannot be asked to end sixty times faster: a grace is not shortened below this (seconds of this machine).
LEAST_GRACE = 2.0
_START_LIMIT = 30.0
# All tasks are adopted at once, and the guardian is told of one after the other.
_guarding = threading.Lock()


class ContainerProcess:
    """The process of one container, whose files are in `folder` and which carries the mark `owner`."""

    def __init__(self, run: ContainerRun, folder: Path, owner: str) -> None:
        self.run = run
        self.folder = folder
        self.output = folder / "output.log"
        self._exit_file = folder / "exit"
        self._owner = owner

    def start(self, image: Image, definition: Document, environment: dict[str, str]) -> None:
        """Start the process. Raises OSError if it cannot be started at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in (self._exit_file, self._exit_file.with_suffix(".started")):
            old.unlink(missing_ok=True)
        command = _command(image, definition)
        whole = {**clean_environment(self._owner, self.folder), **_image_environment(image), **environment}
        whole[OWNER] = self._owner
        command[0] = shutil.which(command[0], path=whole["PATH"]) or command[0]
        with self.output.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_SUPERVISOR), str(self._exit_file), *command],
                cwd=_folder(image, definition), env=whole, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
            )  # fmt: skip
        leader = processes.leader(process)
        self.run.pid, self.run.process_started = leader.pid, leader.started
        self._await_start(process)

    def _await_start(self, process: subprocess.Popen[bytes]) -> None:
        """Return when the container's own process is there, or its supervisor has given up."""
        started, pause = self._exit_file.with_suffix(".started"), threading.Event()
        until = time.monotonic() + _START_LIMIT
        while not started.exists() and process.poll() is None and time.monotonic() < until:
            pause.wait(0.01)

    def guard(self, home: Path) -> None:
        """Let the process not outlive the local cloud, whose folder is `home`, for long."""
        with _guarding:
            guardian.watch(home, self.run.pid, self.run.process_started)

    def watch(self, ended: Callable[[], None]) -> None:
        """Call `ended` in a thread of its own when the process has ended, now or later."""

        def wait() -> None:
            if process := self._process():
                process.wait()
            ended()

        threading.Thread(target=wait, name=f"container:{self.run.name}", daemon=True).start()

    def alive(self) -> bool:
        """Return whether that very process still runs."""
        return self._process() is not None

    def exit_code(self) -> int:
        """Return the exit code; of a process that was killed with its supervisor that of SIGKILL."""
        try:
            return int(self._exit_file.read_text())
        except (OSError, ValueError):
            return KILLED

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if process := self._process():
            try:
                process.terminate()
            except psutil.Error:
                return

    def kill(self) -> None:
        """Kill the process first, so that its exit code is written, and then whatever else it started."""
        process = self._process()
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
        processes.end(self._owner, leaders, grace=0.0)

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds` of this machine for the process to end; return whether it has."""
        process = self._process()
        if process is None:
            return True
        try:
            process.wait(seconds)
        except psutil.TimeoutExpired:
            return False
        return True

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.run.pid) if self.run.pid else None
            if process is None or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if abs(process.create_time() - self.run.process_started) < 1 else None
        except psutil.Error:
            return None


def _command(image: Image, definition: Document) -> list[str]:
    """As a container engine has it: an entry point of the definition's own drops the image's command."""
    entry = definition.get("entryPoint") or image.entrypoint
    default = [] if definition.get("entryPoint") else image.command
    command = [*entry, *(definition.get("command") or default)]
    if not command:
        raise OSError("neither the image nor the task definition has a command")
    return command


def _image_environment(image: Image) -> dict[str, str]:
    pairs = (line.partition("=") for line in image.environment)
    # The PATH of an image leads into its own files, and the process runs with those of this machine.
    return {name: value for name, _, value in pairs if name != "PATH"}


def _folder(image: Image, definition: Document) -> Path:
    own = definition.get("workingDirectory")
    return Path(image.root, own.lstrip("/")) if own else image.working_directory
