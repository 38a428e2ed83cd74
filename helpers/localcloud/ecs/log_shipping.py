"""Writes what a container prints to CloudWatch Logs, from the file that it prints to.

The file and how far it was read are on disk, so that nothing is lost when the local cloud is killed: at most the last
batch is written twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_CHUNK = 512 * 1024
# An event has up to 256 KiB (PutLogEvents).
_LONGEST = 250_000
_PAUSE = 0.1


class LogShipper:
    """Follows one file in a thread of its own, until `close`."""

    def __init__(self, client: Any, group: str, stream: str, output: Path, is_closing: Callable[[], bool]) -> None:
        self._client, self._group, self._stream = client, group, stream
        self._output = output
        self._mark = output.with_suffix(".shipped")
        self._is_closing = is_closing
        self._position = int(self._mark.read_text()) if self._mark.exists() else 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"log:{stream}", daemon=True)
        self._thread.start()

    def close(self, limit: float = 10.0) -> None:
        """Write what is left; returns when it is readable, or after `limit` seconds."""
        self._ending.set()
        self._thread.join(limit)

    def _run(self) -> None:
        try:
            while not self._is_closing():
                last = self._ending.is_set()
                if not self._ship(last) and last:
                    return
                self._ending.wait(_PAUSE)
        except Exception:
            if not self._is_closing():
                log.exception("The log %s of a container could not be written", self._stream)

    def _ship(self, last: bool) -> bool:
        """Write the next batch; return whether there was one. A line without its end waits for it, but not for ever."""
        with self._output.open("rb") as file:
            file.seek(self._position)
            chunk = file.read(_CHUNK)
        end = len(chunk) if last or (len(chunk) == _CHUNK and b"\n" not in chunk) else chunk.rfind(b"\n") + 1
        if not end:
            return False
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": text} for text in _messages(chunk[:end])]
        if events:
            self._client.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)
        self._position += end
        self._mark.write_text(str(self._position))
        return True


def _messages(chunk: bytes) -> list[str]:
    lines = [line.decode("utf-8", "replace").rstrip("\r") for line in chunk.split(b"\n")]
    pieces = [line[start : start + _LONGEST] for line in lines for start in range(0, len(line), _LONGEST)]
    return [piece for piece in pieces if piece]
