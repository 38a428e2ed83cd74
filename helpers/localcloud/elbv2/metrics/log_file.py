"""Reads the proxy's log on from where the last reading ended, also after a crash; moves it away when it is large."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...proxy import Plane
from ...scope import Scope
from ...store import Store

LARGEST = 64 * 1024 * 1024
_MOST = 4 * 1024 * 1024
_PLACE = Scope("-", "-")


@dataclass
class Position:
    """How many bytes of the log are done with."""

    read: int = 0


class LogFile:
    """The log with a durable position."""

    def __init__(self, plane: Plane, store: Store, largest: int = LARGEST) -> None:
        self._plane = plane
        self._positions = store.collection("elbv2.log-position", Position)
        self._largest = largest

    def lines(self) -> tuple[list[bytes], int]:
        """Return whole lines after the position, and the position after them."""
        start = self._start()
        try:
            with self._file().open("rb") as file:
                file.seek(start)
                content = file.read(_MOST)
        except FileNotFoundError:
            return [], start
        whole = content[: content.rfind(b"\n") + 1]
        return whole.splitlines(), start + len(whole)

    def done(self, position: int) -> None:
        """Keep `position`: what is before it is not read again."""
        self._positions.put(_PLACE, "served", Position(position))

    def turn_over(self) -> None:
        """Let the proxy begin a new file once this one is large; the old one goes when all of it is read."""
        path, old = self._plane.log_path, self._old()
        if old.exists():
            # The proxy has written its last line to the old file before it makes the new one.
            if path.exists() and self._start() >= old.stat().st_size:
                old.unlink()
                self.done(0)
        elif self._start() >= self._largest:
            path.replace(old)
            self._plane.reopen_log()

    def _start(self) -> int:
        position = (self._positions.get(_PLACE, "served") or Position()).read
        file = self._file()
        # A file that is shorter is another one.
        return position if file.exists() and file.stat().st_size >= position else 0

    def _file(self) -> Path:
        old = self._old()
        return old if old.exists() else self._plane.log_path

    def _old(self) -> Path:
        return self._plane.log_path.with_suffix(".old")
