"""One Jupyter server as a child process: started, found, and ended with all its kernels."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil

_START_LIMIT = 90.0
_STOP_LIMIT = 15.0


class LabFailed(RuntimeError):
    """JupyterLab could not be started; the message says why and what to do."""


class Server:
    """A running JupyterLab on `notebook`, which opens in the browser if `browser`; ended by `stop`."""

    def __init__(
        self, notebook: Path, environment: Mapping[str, str], *, browser: bool, options: Sequence[str]
    ) -> None:
        self._notebook = notebook
        self._runtime = Path(environment["JUPYTER_RUNTIME_DIR"])
        self._root = notebook.parent
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            f"--ServerApp.root_dir={self._root}",
            f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
            *([] if browser else ["--no-browser"]),
            *options,
        ]
        # A session of its own: Ctrl-C is for us to handle, Jupyter would ask whether it is meant.
        self._runtime.mkdir(parents=True, exist_ok=True)
        self._log = self._runtime.parent / "lab.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def url(self, stop: threading.Event) -> str | None:
        """Return the address of the notebook with its token as soon as the server has one, None if `stop` is set.

        Raises LabFailed if the server ends or says nothing.
        """
        note = self._runtime / f"jpserver-{self._process.pid}.json"
        limit = time.monotonic() + _START_LIMIT
        while time.monotonic() < limit and self._process.poll() is None:
            # The note comes a moment before the port is open.
            if (address := _address(note)) and _answers(address[0]):
                return f"{address[0]}lab/tree/{quote(self._notebook.name)}?token={address[1]}"
            if stop.wait(0.1):
                return None
        last = self._log.read_text(errors="replace").strip()[-600:]
        raise LabFailed(f"JupyterLab did not start. The end of its log ({self._log}):\n\n{last}")

    def wait(self, stop: threading.Event) -> int | None:
        """Wait until the server ends by itself (its exit code) or `stop` is set (None)."""
        while not stop.is_set():
            try:
                return self._process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        return None

    def stop(self) -> None:
        """End the server and every kernel and terminal in it."""
        family = _family(self._process.pid)
        if self._process.poll() is None:
            self._process.terminate()
        _, alive = psutil.wait_procs(family, timeout=_STOP_LIMIT)
        for survivor in alive:
            survivor.kill()
        psutil.wait_procs(alive, timeout=5)
        (self._runtime / f"jpserver-{self._process.pid}.json").unlink(missing_ok=True)


def _address(note: Path) -> tuple[str, str] | None:
    try:
        content = json.loads(note.read_text())
        return str(content["url"]), str(content["token"])
    except (OSError, ValueError, KeyError):
        return None


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=5).close()
    except OSError:
        return False
    return True


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
