"""Writes a build's output to CloudWatch Logs as it comes, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

log = logging.getLogger(__name__)

# Limits of PutLogEvents: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_MAX_EVENTS = 10_000
_MAX_BYTES = 1_048_576
_OVERHEAD = 26
_MAX_LINE = 250_000
_PAUSE = 0.1
_WAITING = 50_000


def _nothing() -> None:
    """The writer of a log that is disabled."""


class BuildLog:
    """The log of one build. Lines come from one thread; a slow log slows the build rather than fill the memory.

    `enabled` False keeps nothing, as a project may ask (API shape CloudWatchLogsConfig).
    """

    def __init__(self, client: Any, group: str, stream: str, enabled: bool = True) -> None:
        self._client, self._group, self._stream = client, group, stream
        self._lines: list[tuple[int, str]] = []
        self._lock = threading.Condition()
        self._closing = not enabled
        self._thread = threading.Thread(target=self._run if enabled else _nothing, name=f"log:{stream}", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Add a line, in pieces if it is longer than an event may be."""
        now = int(time.time() * 1000)
        if self._closing:
            return
        pieces = [line[start : start + _MAX_LINE] for start in range(0, len(line), _MAX_LINE)] or [" "]
        with self._lock:
            self._lock.wait_for(lambda: len(self._lines) < _WAITING or self._closing, timeout=60)
            self._lines.extend((now, piece or " ") for piece in pieces)

    def say(self, line: str) -> None:
        """Add a line of CodeBuild's own, marked as CodeBuild marks it."""
        self.write(f"[Container] {time.strftime('%Y/%m/%d %H:%M:%S', time.gmtime())} {line}")

    def close(self, limit: float = 60.0) -> None:
        """Write what is left; returns when it is readable, or after `limit` seconds."""
        with self._lock:
            self._closing = True
            self._lock.notify_all()
        self._thread.join(limit)

    def _run(self) -> None:
        try:
            self._create()
            while self._write_batch():
                pass
        except Exception:
            log.exception("The log %s of a build could not be written", self._stream)
            with self._lock:
                self._closing = True  # nobody waits for room any more
                self._lock.notify_all()

    def _create(self) -> None:
        for call, arguments in (
            (self._client.create_log_group, {"logGroupName": self._group}),
            (self._client.create_log_stream, {"logGroupName": self._group, "logStreamName": self._stream}),
        ):
            try:
                call(**arguments)
            except self._client.exceptions.ResourceAlreadyExistsException:
                continue

    def _write_batch(self) -> bool:
        with self._lock:
            if not self._closing:
                self._lock.wait(_PAUSE)
            batch = self._take()
            done = self._closing and not batch
            self._lock.notify_all()
        if batch:
            events = [{"timestamp": moment, "message": line} for moment, line in batch]
            self._client.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)
        return not done

    def _take(self) -> list[tuple[int, str]]:
        size = count = 0
        for _, line in self._lines[:_MAX_EVENTS]:
            size += len(line.encode()) + _OVERHEAD
            if size > _MAX_BYTES and count:
                break
            count += 1
        batch, self._lines = self._lines[:count], self._lines[count:]
        return batch
