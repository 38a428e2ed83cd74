"""Finds, starts and stops the one local cloud of a state folder. Light: imports nothing of the cloud itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from . import record
from .environment import child_environment
from .keys import root_key, secret_of

READY = "ready"
START_LIMIT = 60.0
_STOP_LIMIT = 20.0


class StartFailed(RuntimeError):
    """The local cloud could not be started; the message says why and what to do."""


@dataclass(frozen=True)
class Endpoint:
    """A local cloud that answers."""

    url: str
    pid: int
    port: int
    time_scale: float


@dataclass(frozen=True)
class Status:
    """What is known of the local cloud of a folder; `stale` says that a note of a dead process was found."""

    home: Path
    running: bool
    pid: int | None = None
    port: int | None = None
    endpoint: str | None = None
    time_scale: float | None = None
    stale: bool = False

    @property
    def log(self) -> Path:
        return self.home / "cloud" / "cloud.log"


def status(home: Path) -> Status:
    """Return whether a local cloud runs for the state folder `home`, and where."""
    found = record.read(home)
    if found is None:
        return Status(home, running=False)
    if not found.alive():
        return Status(home, running=False, pid=found.pid, port=found.port, stale=True)
    return Status(home, True, found.pid, found.port, found.endpoint, found.time_scale)


def ensure(home: Path, *, time_scale: float = 60.0, port: int | None = None, region: str = "us-east-1") -> Endpoint:
    """Return the local cloud of `home`, started in the background if it does not run.

    `port` None takes the port of the last start if it is still free. Raises StartFailed.
    """
    for _ in range(3):
        if (now := status(home)).running:
            return _endpoint(now)
        said = _start(home, time_scale, record.last_port(home) if port is None else port, region)
        if said.startswith("PortTaken") and port is None:
            said = _start(home, time_scale, 0, region)
        if not said.startswith("AlreadyRunning") and said != READY:
            raise StartFailed(f"The local cloud did not start. {said}")
        _await_record(home)
    raise StartFailed(f"The local cloud of {home} does not answer. `workbook doctor` tells more.")


def stop(home: Path) -> bool:
    """Stop the local cloud of `home` and all it started; return whether one was running. What it holds stays."""
    found = record.read(home)
    if found is None or not found.alive():
        record.remove(home)
        return False
    process = psutil.Process(found.pid)
    family = [process, *process.children(recursive=True)]
    process.terminate()
    _, alive = psutil.wait_procs(family, timeout=_STOP_LIMIT)
    for survivor in alive:
        survivor.kill()
    psutil.wait_procs(alive, timeout=5)
    record.remove(home)
    return True


def reset(home: Path, account: str, region: str = "us-east-1") -> int:
    """Forget everything of `account` in the running cloud of `home`; return how many things there were."""
    import json
    import urllib.request

    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    endpoint = ensure(home)
    request = AWSRequest("POST", f"{endpoint.url}/_workbook/reset", data=b"")
    SigV4Auth(Credentials(account, secret_key(home, account)), "workbook", region).add_auth(request)
    sending = urllib.request.Request(request.url, b"", dict(request.headers.items()), method="POST")
    with urllib.request.urlopen(sending, timeout=60) as answer:
        return int(json.load(answer)["removed"])


def secret_key(home: Path, account: str) -> str:
    """Return the secret access key of `account` (12 digits) in the local cloud of `home`."""
    return secret_of(root_key(home), account)


def environment(home: Path, account: str, region: str) -> dict[str, str]:
    """Return the variables with which any tool acts as `account` in the running local cloud of `home`."""
    url = ensure(home).url
    return child_environment(url, account, secret_key(home, account), region)


def _start(home: Path, time_scale: float, port: int, region: str) -> str:
    folder = home / "cloud"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "helpers.localcloud",
        "--home",
        str(home),
        "--port",
        str(port),
        "--time-scale",
        str(time_scale),
        "--region",
        region,
    ]
    with (folder / "cloud.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=_project(),
            env=_own_environment(),
            **_detached(),
        )
    return _first_line(process) or (
        f"Its process ended with code {process.poll()} before it answered; {folder / 'cloud.log'} says why."
    )


def _first_line(process: subprocess.Popen[bytes]) -> str:
    lines: list[bytes] = []
    assert process.stdout is not None
    pipe = process.stdout
    reader = threading.Thread(target=lambda: lines.append(pipe.readline()), daemon=True)
    reader.start()
    reader.join(START_LIMIT)
    if reader.is_alive():
        process.kill()
        return f"It did not answer within {START_LIMIT:.0f} s and was stopped."
    pipe.close()
    if (lines and lines[0] and lines[0].decode().strip() != READY) or not lines[0]:
        process.wait(START_LIMIT)
    return lines[0].decode().strip()


def _await_record(home: Path) -> None:
    """Wait until the process that won the race for the folder has said where it is."""
    turn = threading.Event()
    for _ in range(int(START_LIMIT / 0.05)):
        if status(home).running:
            return
        turn.wait(0.05)


def _endpoint(now: Status) -> Endpoint:
    assert now.endpoint and now.pid and now.port and now.time_scale
    return Endpoint(now.endpoint, now.pid, now.port, now.time_scale)


def _own_environment() -> dict[str, str]:
    """Our own environment without what belongs to an AWS account: no key of the user's reaches the local cloud."""
    dropped = ("AWS_", "GIT_CONFIG_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(_project())}


def _detached() -> dict[str, Any]:
    """Let the local cloud outlive a Ctrl-C in the terminal that happened to start it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


def _project() -> Path:
    return Path(__file__).resolve().parents[2]
