"""Starts processes and ends them with everything they started, also what left their group or session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from .environment import OWNER

GRACE = 0.5
_SAME = 2.0


@dataclass(frozen=True)
class Leader:
    """The first process of a session; when it started (seconds since 1970) tells it from a later one of its number."""

    pid: int
    started: float


def start(
    command: list[str], folder: Path, environment: dict[str, str], output: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own; both its streams go, in order, to `output`, its input is a pipe."""
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output,
        stderr=subprocess.STDOUT, bufsize=0, **_own_group(),
    )  # fmt: skip


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def leader(process: subprocess.Popen[bytes]) -> Leader:
    """Return how to know `process`, which nobody has waited for yet, again after a crash of ours."""
    return Leader(process.pid, psutil.Process(process.pid).create_time())


def of_owner(owner: str, leaders: Sequence[Leader] = ()) -> list[psutil.Process]:
    """Return every live process that carries the mark of `owner` or is in a session of `leaders`, and all below these.

    A child keeps the mark wherever it goes, unless it was started in an environment of its own (`env -i`), or the
    system hides its environment (macOS those of its own programs): then its session or its parents tell. What drops
    all three at once is not found.
    """
    everything = {process.pid: process for process in psutil.process_iter(["ppid", "status"])}
    sessions = {leader.pid for leader in leaders if not _replaced(leader, everything)}
    family = {pid for pid, process in everything.items() if _has_mark(process, owner) or _session(pid) in sessions}
    while below := {pid for pid, process in everything.items() if process.info["ppid"] in family} - family:
        family |= below
    return [everything[pid] for pid in family if everything[pid].info["status"] != psutil.STATUS_ZOMBIE]


def _has_mark(process: psutil.Process, owner: str) -> bool:
    try:
        return bool(process.environ().get(OWNER) == owner)
    except (psutil.Error, OSError):
        return False


def _replaced(leader: Leader, everything: dict[int, psutil.Process]) -> bool:
    """A number is not given away while its session lives, so another process of that number means it has ended."""
    if leader.pid not in everything:
        return False
    try:
        return abs(everything[leader.pid].create_time() - leader.started) > _SAME
    except psutil.Error:
        return False


def _session(pid: int) -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.getsid(pid)
    except OSError:
        return None


def end(owner: str, leaders: Sequence[Leader] = (), grace: float = GRACE) -> int:
    """End all that `of_owner` finds: SIGTERM, `grace` seconds, SIGKILL; return how many there were.

    Looks again until none is left, because a process may start another while it dies.
    """
    count = 0
    for _ in range(10):
        family = of_owner(owner, leaders)
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
