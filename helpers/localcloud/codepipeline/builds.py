"""Tells an action at once when the build that it waits for has ended."""

from __future__ import annotations

import threading

from ..events import Event, EventBus

_OVER = ("SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT")


class BuildWatch:
    """Listens to CodeBuild's events on the bus."""

    def __init__(self, bus: EventBus) -> None:
        self._waiting: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        bus.subscribe("aws.codebuild", self._heard)

    def bell_for(self, build: str) -> threading.Event:
        """Return an event that is set when the build with this id has ended."""
        with self._lock:
            return self._waiting.setdefault(build, threading.Event())

    def forget(self, build: str) -> None:
        """Stop listening for a build."""
        with self._lock:
            self._waiting.pop(build, None)

    def _heard(self, event: Event) -> None:
        if event.detail.get("build-status") not in _OVER:
            return
        build = str(event.detail["build-id"]).rpartition("build/")[2]
        with self._lock:
            bell = self._waiting.get(build)
        if bell:
            bell.set()
