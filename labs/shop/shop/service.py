"""What every service has: routes, health, version, faults, and an answer for whatever happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .faults import Faults

# Faults hit customers, not the endpoints by which a service is watched and repaired.
OPERATIONS = ("/health", "/ready", "/version", "/faults")


class Problem(Exception):
    """An answer other than success: an HTTP status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Request:
    """What a route gets: the query, the JSON body, and the trace to pass on."""

    query: dict[str, str]
    body: Any
    trace: str


Route = Callable[[Request], Any]


def _version() -> str:
    file = Path(__file__).resolve().parents[1] / "VERSION"
    return os.environ.get("SHOP_VERSION") or (file.read_text().strip() if file.exists() else "unknown")


class Service:
    """A service by its name and its routes, each "METHOD /path"; a str is sent as HTML, all else as JSON."""

    def __init__(self, name: str, routes: dict[str, Route], ready: Callable[[], bool] = lambda: True) -> None:
        self.name = name
        # Asked once: a newer VERSION file on the disk does not make this process newer.
        self.version = _version()
        self.faults = Faults()
        self._ready = ready
        self._routes: dict[str, Route] = {
            "GET /health": lambda request: {"status": "alive"},
            "GET /ready": self._answer_ready,
            "GET /version": lambda request: {"service": name, "version": self.version},
            "POST /faults": self._answer_faults,
            **routes,
        }

    def has(self, method: str, path: str) -> bool:
        """Return whether there is a route for this."""
        return f"{method} {path}" in self._routes

    def answer(self, method: str, path: str, request: Request) -> Any:
        """Return the result of a route, after whatever faults are switched on. Raises Problem."""
        route = self._routes.get(f"{method} {path}")
        if route is None:
            raise Problem(404, f"{self.name} has no {method} {path}")
        if path not in OPERATIONS and self.faults.strike():
            raise Problem(500, "A fault was switched on")
        return route(request)

    def _answer_ready(self, request: Request) -> dict[str, str]:
        if not self._ready():
            raise Problem(503, f"{self.name} waits for its peers")
        return {"status": "ready"}

    def _answer_faults(self, request: Request) -> dict[str, float]:
        if not isinstance(request.body, dict):
            raise Problem(400, 'Send the switches as JSON, such as {"latency_ms": 200}')
        try:
            return self.faults.set(request.body)
        except ValueError as error:
            raise Problem(400, str(error)) from None
