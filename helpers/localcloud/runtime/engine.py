"""The Docker engine of this machine, asked through the `docker` command.

The command is told where the engine is and gets an empty configuration folder: what the user's own configuration says
of proxies and credentials is not for our containers, and a variable of a container cannot lead the command elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..base.settings import NO_ENGINE

# Seconds within which an engine says that it is there, and within which it does what it is asked for.
ANSWER_LIMIT = 10.0
WORK_LIMIT = 120.0
# What the command itself needs of this machine.
_KEPT = ("PATH", "HOME", "SYSTEMROOT", "USERPROFILE", "TEMP", "TMP")


class EngineError(OSError):
    """The engine did not do it; the text is what it said."""


@dataclass(frozen=True)
class Engine:
    """An engine on this machine: how it is called, and how many processors its containers have."""

    command: tuple[str, ...]
    processors: int

    def call(self, *arguments: str) -> list[str]:
        """Return the command line that asks the engine for `arguments`."""
        return [*self.command, *arguments]

    def has_image(self, tag: str) -> bool:
        """Return whether the engine holds an image of that name."""
        return self._ask("image", "inspect", "--format", "{{.Id}}", tag) is not None

    def load(self, archive: Path) -> None:
        """Take in the image of a docker-archive. Raises EngineError."""
        loaded = _run(self.call("load", "--quiet", "--input", str(archive)), WORK_LIMIT)
        if loaded is None:
            raise EngineError("the Docker engine did not take the image in time")
        if loaded.returncode:
            raise EngineError(loaded.stderr.strip())

    def state(self, container: str) -> str:
        """Return "created", "running", "exited", ...; nothing if there is no such container."""
        return self._ask("container", "inspect", "--format", "{{.State.Status}}", container) or ""

    def begin_stop(self, container: str, seconds: int) -> subprocess.Popen[bytes]:
        """Send the image's stop signal, and SIGKILL after `seconds` of this machine; return what waits for that."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            self.call("stop", f"--time={seconds}", container),
            stdin=quiet, stdout=quiet, stderr=quiet, env=client_environment({}),
        )  # fmt: skip

    def kill(self, container: str) -> None:
        """Send SIGKILL to all of a container; one that is not there is left alone."""
        self._ask("kill", container)

    def remove(self, container: str) -> None:
        """Take a container away, whatever it does; one that is not there is left alone."""
        self._ask("rm", "--force", "--volumes", container)

    def _ask(self, *arguments: str) -> str | None:
        """Return what the engine says, or None if it refuses or does not answer."""
        ran = _run(self.call(*arguments), WORK_LIMIT)
        return ran.stdout.strip() if ran is not None and not ran.returncode else None


def find(configuration: Path) -> Engine | None:
    """Return the engine of this machine, or None if there is none or it does not answer in time.

    `configuration` is an empty folder for the command. An engine that is reached over a network is none of this
    machine's: what it publishes is not on our loopback.
    """
    program = shutil.which("docker")
    if program is None:
        return None
    inspect = [program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]
    where = _run(inspect, ANSWER_LIMIT, _of_the_user())
    host = where.stdout.strip() if where is not None else ""
    if not host.startswith(("unix://", "npipe://")):
        return None
    configuration.mkdir(parents=True, exist_ok=True)
    command = (program, "--config", str(configuration), "--host", host)
    answer = _run([*command, "info", "--format", "{{.NCPU}}"], ANSWER_LIMIT)
    count = answer.stdout.strip() if answer is not None else ""
    return Engine(command, int(count)) if count.isdecimal() and int(count) else None


def client_environment(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a `docker` command that hands `values` on to a container by their names."""
    return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, **values}


def _of_the_user() -> dict[str, str]:
    """Return how the user says which engine it is; what is set to keep the base from asking one is not the user's."""
    return {key: value for key, value in os.environ.items() if key.startswith("DOCKER_") and value != NO_ENGINE}


def _run(
    command: list[str], seconds: float, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str] | None:
    """Run `command` with the variables `more`; None if it cannot be started or does not end within `seconds`."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
            stdin=subprocess.DEVNULL, env=client_environment(more or {}),
        )  # fmt: skip
    return None
