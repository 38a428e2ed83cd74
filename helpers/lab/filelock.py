"""A lock between processes on a file: the notebook's kernel and a terminal may both write the progress."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, limit: float = 10.0) -> Iterator[None]:
    """Hold the lock file `path` (made if need be); the system frees it when a process dies.

    Raises TimeoutError when another process keeps it longer than `limit` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(descriptor, path, limit)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, limit: float) -> None:
    until, turn = time.monotonic() + limit, threading.Event()
    while True:
        try:
            return _take(descriptor)
        except OSError:
            if time.monotonic() > until:
                raise TimeoutError(f"Another process has kept {path.name} for more than {limit:.0f} s.") from None
            turn.wait(0.01)
