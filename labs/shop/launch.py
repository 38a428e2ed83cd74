"""Starts the shop as three processes with one call.

with launch.shop() as shop:
    urllib.request.urlopen(shop.web.url)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
READY_LIMIT = 20.0
GRACE = 5.0
_STARTERS = {"launch.py", "__init__.py"}
_LEFTOVERS = {"__pycache__", "dist"}
_ADDRESS = re.compile(r" on (http://127\.0\.0\.1:\d+)\n")
# The services are on this machine: a proxy that the environment names is for elsewhere.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class ShopFailed(RuntimeError):
    """A service did not come up; the message has its last words."""


@dataclass
class Running:
    """One service that runs: where it listens, its process, and the file that it logs to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    url: str = ""

    def said(self) -> str:
        """Return all that it has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")


class Shop:
    """Three services that run, until `stop`."""

    def __init__(self, services: dict[str, Running]) -> None:
        self._services = services
        self.web, self.catalog, self.orders = services["web"], services["catalog"], services["orders"]

    def faults(self, service: str, **wanted: Any) -> None:
        """Turn switches of `service`: latency_ms=200, error_rate=0.1, seed=7, crash=True.

        Raises ValueError for a switch that does not exist or does not go that far.
        """
        try:
            _open(f"{self._services[service].url}/faults", json.dumps(wanted).encode(), timeout=5).close()
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from None
        except OSError:
            if not wanted.get("crash"):
                raise

    def logs(self, service: str) -> list[dict[str, Any]]:
        """Return the log lines of `service`; that of a request is there before its answer is."""
        lines = self._services[service].said().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}\n")]

    def stop(self) -> None:
        """End all services, the ones that ask before the ones that are asked: SIGTERM, a grace, SIGKILL."""
        for running in reversed(self._services.values()):
            _end(running.process)


@contextmanager
def shop(source: Path = FOLDER, **environment: str) -> Iterator[Shop]:
    """Start the shop from the folder `source` on free ports and wait until it is ready.

    `environment` goes to all three, such as SHOP_VERSION="2.0.0"; `**tracing.environment()` sends traces to X-Ray.
    Raises ShopFailed.
    """
    services: dict[str, Running] = {}
    deadline = time.monotonic() + READY_LIMIT
    with tempfile.TemporaryDirectory(prefix="shop-") as logs:
        try:
            for name in ("catalog", "orders", "web"):
                urls = {f"{peer.upper()}_URL": running.url for peer, running in services.items()}
                services[name] = _start(name, source, Path(logs, name), {**environment, **urls})
                _await(services[name], deadline, _has_address)
            _await(services["web"], deadline, _is_ready)
            yield Shop(services)
        finally:
            for running in reversed(services.values()):
                _end(running.process)


def source() -> dict[str, bytes]:
    """Return the files that a learner pushes, by path."""
    paths = {path.relative_to(FOLDER): path for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    return {name.as_posix(): path.read_bytes() for name, path in paths.items() if _is_pushed(name)}


def _is_pushed(name: Path) -> bool:
    made = any(part.startswith(".") or part in _LEFTOVERS for part in name.parts)
    return not made and name.as_posix() not in _STARTERS


def _start(name: str, source: Path, log: Path, environment: dict[str, str]) -> Running:
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LANG") if key in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"shop.{name}"],
            cwd=source,
            env={**kept, "SHOP_WATCH_STDIN": "1", **environment},
            stdin=subprocess.PIPE,  # closes when we are gone, however that happens
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # interrupting a notebook does not interrupt the shop
        )
    return Running(name, process, log)


def _await(running: Running, deadline: float, condition: Callable[[Running], bool]) -> None:
    while not condition(running):
        try:
            running.process.wait(0.01)
        except subprocess.TimeoutExpired:
            if time.monotonic() < deadline:
                continue
            raise ShopFailed(f"{running.name} was not ready within {READY_LIMIT:g} s: {_end_of_log(running)}") from None
        raise ShopFailed(f"{running.name} did not start: {_end_of_log(running)}")


def _end_of_log(running: Running) -> str:
    return running.said()[-2000:].strip() or "it said nothing"


def _has_address(running: Running) -> bool:
    found = _ADDRESS.search(running.said())
    running.url = found[1] if found else ""
    return found is not None


def _is_ready(running: Running) -> bool:
    try:
        with _open(f"{running.url}/ready", timeout=5):
            return True
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(GRACE)
