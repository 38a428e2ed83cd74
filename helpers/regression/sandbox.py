"""A place of its own for one execution of a notebook: state folder, account, environment, and nothing left of it."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import psutil

from . import PROJECT

MARK = "WORKBOOK_HOME"
_STOP_LIMIT = 15.0
_BACKEND = "WORKBOOK_BACKEND"
_DROPPED = ("WORKBOOK_", "PYTHONDONTWRITEBYTECODE", "JPY_", "PYTEST_")


class Sandbox:
    """A fresh state folder and account. Every process started from its environment carries the folder's name."""

    def __init__(self, home: Path | None = None, account: str | None = None) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="workbook-")).resolve()
        self.account = account or fresh_account()
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """The working folder of the kernel: empty, so that no notebook leans on the folder it lies in."""
        return self.home / "here"

    @property
    def cloud_log(self) -> Path:
        return self.home / "cloud" / "cloud.log"

    def environment(self) -> dict[str, str]:
        """Return the environment of the kernel: the user's own in this sandbox, without the user's settings.

        Of those only the choice of the cloud stays, and credentials only if it is a cloud that needs them.
        """
        backend = os.environ.get(_BACKEND, "local")
        dropped = (*_DROPPED, "AWS_") if backend == "local" else _DROPPED
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
        return kept | {
            MARK: str(self.home),
            _BACKEND: backend,
            "WORKBOOK_ACCOUNT": self.account,
            "PYTHONPATH": os.pathsep.join(paths),
            "IPYTHONDIR": str(self.home / "ipython"),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }

    def processes(self) -> list[psutil.Process]:
        """Return what runs in this sandbox: kernels, the local cloud, and all that they started."""
        return [process for process in psutil.process_iter() if _home_of(process) == str(self.home)]

    def close(self) -> None:
        """End everything that runs here and remove the folder. May be called again."""
        for _ in range(3):
            if not (alive := self.processes()):
                break
            _end(alive)
        shutil.rmtree(self.home, ignore_errors=True)


def fresh_account() -> str:
    """Return twelve random digits: an account that nobody has used."""
    return str(secrets.randbelow(9 * 10**11) + 10**11)


def _home_of(process: psutil.Process) -> str | None:
    if process.pid == os.getpid():
        return None
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        _quietly(process.terminate)
    _, alive = psutil.wait_procs(processes, timeout=_STOP_LIMIT)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=5)


def _quietly(action: object) -> None:
    assert callable(action)
    try:
        action()
    except psutil.NoSuchProcess:
        return
