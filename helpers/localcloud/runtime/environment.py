"""The environment of a build or task: what the machine needs, nothing of what the user has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

OWNER = "WORKBOOK_OWNER"
_KEPT = ("SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR", "TZ")
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def clean_environment(owner: str, work: Path) -> dict[str, str]:
    """Return the variables for processes of `owner` (a build id, a task ARN) whose own folder is `work`."""
    home, temporary = work / "home", work / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        OWNER: owner,
        "PATH": os.pathsep.join([str(interpreter_folder(work)), _system_path()]),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def interpreter_folder(work: Path) -> Path:
    """Return a folder in which `python` and `python3` are the project's interpreter, made if need be.

    Scripts rather than links: an interpreter reached through a link does not find its environment's packages.
    """
    folder = work / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        if os.name == "nt":
            (folder / f"{name}.bat").write_text(f'@"{sys.executable}" %*\r\n')
        script = folder / name
        script.write_text(f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n")
        script.chmod(0o755)
    return folder


def _system_path() -> str:
    return os.environ.get("PATH", "") if os.name == "nt" else _SYSTEM_PATH


def git_environment(**more: str) -> dict[str, str]:
    """Return an environment in which git reads no configuration but the repository's."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    return {
        **kept,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        # A file may be called ":(top)x" or "*".
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": os.devnull,
        "LC_ALL": "C",
        **more,
    }
