"""The HTTP plumbing of a service: routes, health, version, one log line a request, and a quiet end."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import logs
from .faults import Faults


class Problem(Exception):
    """An answer other than success: an HTTP status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Request:
    """What a route gets: the query, the JSON body, and the trace to pass on."""

    def __init__(self, query: dict[str, str], body: Any, trace: str) -> None:
        self.query = query
        self.body = body
        self.trace = trace


Route = Callable[[Request], Any]


def version() -> str:
    """Return the version of this release: SHOP_VERSION, or what the file VERSION says."""
    file = Path(__file__).resolve().parents[1] / "VERSION"
    return os.environ.get("SHOP_VERSION") or (file.read_text().strip() if file.exists() else "unknown")


class Service:
    """A service by its name and its routes, each "METHOD /path"; a str is sent as HTML, all else as JSON."""

    def __init__(self, name: str, routes: dict[str, Route], ready: Callable[[], bool] = lambda: True) -> None:
        self.name = name
        self.faults = Faults()
        self._ready = ready
        self._routes = {
            "GET /health": lambda request: {"status": "alive"},
            "GET /ready": self._answer_ready,
            "GET /version": lambda request: {"service": name, "version": version()},
            "POST /faults": lambda request: self.faults.set(request.body or {}),
            **routes,
        }

    def answer(self, method: str, path: str, request: Request) -> Any:
        """Return the result of a route, after whatever faults are switched on. Raises Problem."""
        route = self._routes.get(f"{method} {path}")
        if route is None:
            raise Problem(404, f"{self.name} has no {method} {path}")
        if path not in ("/faults", "/health"):
            self.faults.strike()
        return route(request)

    def server(self, port: int = 0) -> ThreadingHTTPServer:
        """Return a server on 127.0.0.1:`port` (0: any free one) that is ready to `serve_forever`."""
        return _Server(("127.0.0.1", port), _handler_of(self))

    def run(self) -> None:
        """Serve on $PORT until SIGTERM, or until whoever started us closes our input."""
        server = self.server(int(os.environ.get("PORT", "0")))
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        if os.environ.get("SHOP_WATCH_STDIN"):
            threading.Thread(target=_end_with_starter, args=(server,), daemon=True).start()
        print(f"{self.name} {version()} on http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever(poll_interval=0.05)
        server.server_close()

    def _answer_ready(self, request: Request) -> dict[str, str]:
        if not self._ready():
            raise Problem(503, f"{self.name} waits for its peers")
        return {"status": "ready"}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # a request in hand is answered before the service ends
    request_queue_size = 128


def _end_with_starter(server: ThreadingHTTPServer) -> None:
    sys.stdin.read()
    server.shutdown()


def _handler_of(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def _handle(self) -> None:
            started = time.perf_counter()
            parts = urlsplit(self.path)
            trace = logs.trace_of(self.headers.get("traceparent", ""))
            try:
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                status, result = 200, service.answer(self.command, parts.path, Request(query, self._body(), trace))
            except Problem as problem:
                status, result = problem.status, {"error": str(problem)}
            self._send(status, result)
            took = (time.perf_counter() - started) * 1000
            logs.request(service.name, version(), self.command, parts.path, status, took, trace)

        def _body(self) -> Any:
            length = int(self.headers.get("Content-Length") or 0)
            try:
                return json.loads(self.rfile.read(length)) if length else None
            except ValueError:
                raise Problem(400, "The body is not JSON") from None

        def _send(self, status: int, result: Any) -> None:
            html = isinstance(result, str)
            body = result.encode() if html else json.dumps(result).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8" if html else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Shop-Version", version())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """The standard library's own line is replaced by ours."""

    return Handler
