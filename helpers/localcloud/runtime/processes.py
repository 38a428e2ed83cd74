"""Starts processes and ends them with everything they started, also what left their group or session."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from .environment import OWNER

GRACE = 0.5


def start(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start `command` in a group of its own, its output (both streams, in order) and input as pipes."""
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, bufsize=0, **_own_group(),
    )  # fmt: skip


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def of_owner(owner: str) -> list[psutil.Process]:
    """Return every live process that carries the mark of `owner`, and all below it.

    A child keeps the mark wherever it goes, unless it was started in an environment of its own (`env -i`): then its
    parents tell.
    """
    everything = {process.pid: process for process in psutil.process_iter(["ppid", "status"])}
    family = {pid for pid, process in everything.items() if _has_mark(process, owner)}
    while below := {pid for pid, process in everything.items() if process.info["ppid"] in family} - family:
        family |= below
    return [everything[pid] for pid in family if everything[pid].info["status"] != psutil.STATUS_ZOMBIE]


def _has_mark(process: psutil.Process, owner: str) -> bool:
    try:
        return bool(process.environ().get(OWNER) == owner)
    except (psutil.Error, OSError):
        return False


def end(owner: str, grace: float = GRACE) -> int:
    """End every process of `owner`: SIGTERM, `grace` seconds, SIGKILL; return how many there were.

    Looks again until none is left, because a process may start another while it dies.
    """
    count = 0
    for _ in range(10):
        family = of_owner(owner)
        if not family:
            break
        count += len(family)
        _signal(family, signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=grace)
        _signal(alive, getattr(signal, "SIGKILL", signal.SIGTERM))
        psutil.wait_procs(alive, timeout=5)
        grace = 0.0
    return count


def _signal(processes: Iterable[psutil.Process], number: int) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.Error:
            continue
