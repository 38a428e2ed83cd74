"""Starts the shop as three processes with one call.

with launch.shop() as shop:
    urllib.request.urlopen(shop.web.url)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
READY_LIMIT = 20.0
_GRACE = 5.0
_NOT_PUSHED = {"launch.py", "__init__.py"}


class ShopFailed(RuntimeError):
    """A service did not come up; the message has its last words."""


@dataclass
class Running:
    """One service that runs."""

    name: str
    url: str
    process: subprocess.Popen[str]
    log: list[str]


class Shop:
    """Three services that run, until `stop`."""

    def __init__(self, services: dict[str, Running]) -> None:
        self._services = services
        self.web, self.catalog, self.orders = services["web"], services["catalog"], services["orders"]

    def faults(self, service: str, **wanted: Any) -> None:
        """Switch faults of `service` on: latency_ms=200, error_rate=0.1, crash=True."""
        data = json.dumps(wanted).encode()
        try:
            urllib.request.urlopen(f"{self._services[service].url}/faults", data, timeout=5).close()
        except (urllib.error.URLError, OSError):
            if not wanted.get("crash"):
                raise

    def logs(self, service: str) -> list[dict[str, Any]]:
        """Return the log lines that `service` has written so far."""
        return [json.loads(line) for line in list(self._services[service].log) if line.startswith("{")]

    def stop(self) -> None:
        """End all services: SIGTERM, a grace, SIGKILL."""
        for running in reversed(self._services.values()):
            _end(running.process)


@contextmanager
def shop(source: Path = FOLDER, **environment: str) -> Iterator[Shop]:
    """Start the shop from the folder `source` and wait until it is ready. Raises ShopFailed."""
    services: dict[str, Running] = {}
    try:
        for name in ("catalog", "orders", "web"):
            urls = {f"{peer.upper()}_URL": running.url for peer, running in services.items()}
            services[name] = _start(name, source, {**environment, **urls})
        for running in services.values():
            _await_ready(running)
        yield Shop(services)
    finally:
        for running in reversed(services.values()):
            _end(running.process)


def source() -> dict[str, bytes]:
    """Return the files that a learner pushes, by path."""
    files = {}
    for path in sorted(FOLDER.rglob("*")):
        name = path.relative_to(FOLDER).as_posix()
        if path.is_file() and name not in _NOT_PUSHED and "__pycache__" not in path.parts:
            files[name] = path.read_bytes()
    return files


def _start(name: str, source: Path, environment: dict[str, str]) -> Running:
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LANG") if key in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", f"shop.{name}"], cwd=source, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**kept, "SHOP_WATCH_STDIN": "1", "PYTHONUNBUFFERED": "1", **environment},
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline().strip()
    log: list[str] = []
    if " on http://" not in first:
        _end(process)
        raise ShopFailed(f"{name} did not start: {first} {process.stdout.read()[-2000:]}")
    threading.Thread(target=_collect, args=(process, log), daemon=True).start()
    return Running(name, first.rpartition(" ")[2], process, log)


def _collect(process: subprocess.Popen[str], log: list[str]) -> None:
    for line in process.stdout or ():
        log.append(line)


def _await_ready(running: Running) -> None:
    turn = threading.Event()
    for _ in range(int(READY_LIMIT / 0.05)):
        try:
            with urllib.request.urlopen(f"{running.url}/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            turn.wait(0.05)
    raise ShopFailed(f"{running.name} was not ready within {READY_LIMIT:.0f} s")


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
