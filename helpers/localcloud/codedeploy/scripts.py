"""Runs the scripts of a host's lifecycle events as processes of this machine."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ..clock import Clock
from ..runtime import guardian, processes
from .appspec import Script
from .surroundings import Surroundings

# What a script does takes its own time here, however AWS's time is scaled: no limit is below this (seconds).
_LEAST = 5.0
_TURN = 0.05
# Characters of its log that a failed script shows.
_TAIL = 2048


class ScriptError(Exception):
    """A script failed; `code` is a LifecycleErrorCode of the API."""

    def __init__(self, code: str, script: str, message: str, log_tail: str = "") -> None:
        super().__init__(message)
        self.code, self.script, self.log_tail = code, script, log_tail


class Cancelled(Exception):
    """The deployment ends while a script runs."""


class ScriptRunner:
    """Runs the scripts of one event, one after the other."""

    def __init__(self, clock: Clock, surroundings: Surroundings, cancel: threading.Event) -> None:
        self._clock = clock
        self._around = surroundings
        self._cancel = cancel
        self._lines: list[str] = []

    def run(self, event: str, scripts: Sequence[Script]) -> None:
        """Run `scripts`. Raises ScriptError, or Cancelled."""
        self._lines = [f"LifecycleEvent - {event}"]
        for script in scripts:
            path = self._around.archive / script.location
            if not path.is_file():
                raise self._error(
                    "ScriptMissing", script, f"Script does not exist at specified location: {script.location}"
                )
            self._make_executable(path, script)
            self._lines.append(f"Script - {script.location}")
            self._one(path, script)

    def _make_executable(self, path: Path, script: Script) -> None:
        try:
            path.chmod(path.stat().st_mode | 0o100)
        except OSError as error:
            raise self._error("ScriptNotExecutable", script, f"{script.location} is not executable: {error}") from None

    def _one(self, path: Path, script: Script) -> None:
        output = self._around.log.with_suffix(".output")
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("wb") as file:
            process = self._start(path, script, file.fileno())
            try:
                status = self._wait(process, script)
            finally:
                file.flush()
                self._keep(output)
        if status:
            message = f"Script at specified location: {script.location} failed with exit code {status}"
            raise self._error("ScriptFailed", script, message)

    def _start(self, path: Path, script: Script, output: int) -> subprocess.Popen[bytes]:
        try:
            process = processes.start([str(path)], self._around.folder, dict(self._around.environment), output)
        except OSError as error:
            raise self._error(
                "ScriptNotExecutable", script, f"{script.location} cannot be run ({error}); does it begin with `#!`?"
            ) from None
        if process.stdin:
            process.stdin.close()
        started = processes.leader(process)
        guardian.watch(self._around.home, started.pid, started.started)
        return process

    def _wait(self, process: subprocess.Popen[bytes], script: Script) -> int:
        """Wait for the script itself: what it leaves in the background is the application."""
        scaled = max(script.timeout / self._clock.time_scale, _LEAST)
        until = self._clock.now() + timedelta(seconds=scaled)
        leader = processes.leader(process)
        while True:
            try:
                return process.wait(_TURN)
            except subprocess.TimeoutExpired:
                timed_out = self._clock.now() >= until
            if timed_out or self._cancel.is_set():
                processes.end(self._around.mark, [leader])
                process.wait(10)
                if not timed_out:
                    raise Cancelled
                message = (
                    f"Script at specified location: {script.location} failed to complete in {script.timeout} seconds"
                )
                raise self._error("ScriptTimedOut", script, message)

    def _keep(self, output: Path) -> None:
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
        self._lines += [f"[stdout]{line}" for line in lines]
        with self._around.log.open("a", encoding="utf-8") as log:
            log.write("\n".join(self._lines) + os.linesep)

    def _error(self, code: str, script: Script, message: str) -> ScriptError:
        return ScriptError(code, script.location, message, "\n".join(self._lines)[-_TAIL:])
