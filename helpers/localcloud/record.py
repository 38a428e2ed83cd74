"""The note in the state folder that says where its local cloud is, so that other processes find it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from .lock import hold


@dataclass(frozen=True)
class Record:
    """A running local cloud: its process (with its start, as pids are used again), port and time scale."""

    pid: int
    created: float
    port: int
    time_scale: float

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def alive(self) -> bool:
        """Return whether that very process still runs."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


@contextmanager
def claim(home: Path) -> Iterator[None]:
    """Hold the state folder for this process. Raises AlreadyRunning if another process does."""
    with hold(home / "cloud" / "lock"):
        yield


def write(home: Path, port: int, time_scale: float) -> None:
    """Say that this process serves on `port`; the port is kept for the next start, so that clone URLs stay valid."""
    content = Record(os.getpid(), psutil.Process().create_time(), port, time_scale)
    _replace(_path(home), json.dumps(asdict(content)))
    _replace(home / "cloud" / "port", str(port))


def read(home: Path) -> Record | None:
    """Return what the folder says, or None if it says nothing that makes sense."""
    try:
        return Record(**json.loads(_path(home).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def remove(home: Path) -> None:
    """Take the note away."""
    _path(home).unlink(missing_ok=True)


def last_port(home: Path) -> int:
    """Return the port of the last start, or 0."""
    try:
        return int((home / "cloud" / "port").read_text())
    except (OSError, ValueError):
        return 0


def _path(home: Path) -> Path:
    return home / "cloud" / "running.json"


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(path)
