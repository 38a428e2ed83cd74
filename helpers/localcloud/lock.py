"""One local cloud per state folder: a lock that the operating system frees when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another process holds the state folder."""


def hold(path: Path) -> IO[str]:
    """Lock the file `path` for the life of this process. Raises AlreadyRunning if another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        _lock(file)
    except OSError:
        file.close()
        raise AlreadyRunning(f"Another local cloud holds {path.parent}") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
