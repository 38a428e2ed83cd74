"""Runs the health check of a container, as HEALTHCHECK of a container engine: HEALTHY, or UNHEALTHY after retries.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..clock import Clock
from ..runtime import processes
from .model import Document

HEALTHY, UNHEALTHY, UNKNOWN = "HEALTHY", "UNHEALTHY", "UNKNOWN"
LEAST_TIMEOUT = 2.0


@dataclass(frozen=True)
class Check:
    """A health check with AWS's defaults; durations in seconds of AWS's, but `least`: seconds of this machine.

    A check cannot be made sixty times faster: it has `least` seconds, or its own timeout if that is shorter.
    """

    command: list[str]
    interval: float = 30
    timeout: float = 5
    retries: int = 3
    start_period: float = 0
    least: float = LEAST_TIMEOUT


def check_of(definition: Document) -> Check | None:
    """Return the health check of a container definition; None if it has none or NONE."""
    found = definition.get("healthCheck")
    if not found or found["command"][0] == "NONE":
        return None
    kind, *rest = found["command"]
    command = ["/bin/sh", "-c", " ".join(rest)] if kind == "CMD-SHELL" else rest
    return Check(
        command,
        found.get("interval", 30),
        found.get("timeout", 5),
        found.get("retries", 3),
        found.get("startPeriod", 0),
    )


class Verdict:
    """Counts outcomes: one success is HEALTHY, `retries` failures in a row after the start period are UNHEALTHY."""

    def __init__(self, retries: int) -> None:
        self._retries = retries
        self._failures = 0
        self.state = UNKNOWN

    def take(self, passed: bool, in_start_period: bool) -> str:
        """Count an outcome and return the state; a failure in the start period does not count."""
        if passed:
            self._failures, self.state = 0, HEALTHY
        elif not in_start_period:
            self._failures += 1
            if self._failures >= self._retries:
                self.state = UNHEALTHY
        return self.state


class HealthMonitor:
    """Checks one container again and again in a thread, until `ending` is set."""

    def __init__(self, check: Check, clock: Clock, folder: Path, environment: dict[str, str]) -> None:
        self._check, self._clock = check, clock
        self._folder, self._environment = folder, environment

    def begin(self, ending: threading.Event, changed: Callable[[str], None]) -> None:
        """Start checking; `changed` gets each new state."""
        threading.Thread(target=self._run, args=(ending, changed), name="health", daemon=True).start()

    def _run(self, ending: threading.Event, changed: Callable[[str], None]) -> None:
        verdict, known = Verdict(self._check.retries), UNKNOWN
        begun = self._clock.now()
        while not self._clock.wait(ending, self._check.interval):
            elapsed = (self._clock.now() - begun).total_seconds() * self._clock.time_scale
            state = verdict.take(self._passes(), elapsed < self._check.start_period)
            if state != known and not ending.is_set():
                known = state
                changed(state)

    def _passes(self) -> bool:
        try:
            process = processes.start(self._check.command, self._folder, self._environment, subprocess.DEVNULL)
        except OSError:
            return False
        seconds = max(self._check.timeout / self._clock.time_scale, min(self._check.timeout, self._check.least))
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
            return False
        finally:
            if process.stdin:
                process.stdin.close()
