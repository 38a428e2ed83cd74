"""The HTTP plumbing: keeps connections open, writes one log line a request, and ends without dropping one."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import logs, tracing
from .service import Problem, Request, Service

# Nobody else gets in, unless HOST says so: in a container 0.0.0.0, which is its own network and no more.
LOOPBACK = "127.0.0.1"
MAX_BODY = 1_000_000
ORPHAN_SECONDS = 5.0


class Server(ThreadingHTTPServer):
    """Serves `service` on `host`:`port`; port 0 is any free one."""

    daemon_threads = False  # a request in hand is answered before the process ends
    request_queue_size = 128

    def __init__(self, service: Service, port: int = 0, host: str = LOOPBACK) -> None:
        self.service = service
        self._connections: set[socket.socket] = set()
        super().__init__((host, port), Handler)

    def drain(self) -> None:
        """Take no new connections, and end each open one after the request that it is at."""
        self.shutdown()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a customer who hung up; tell of all else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, request after request."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # headers and body leave in one packet

    def do_GET(self) -> None:
        """Answer a request of any method that routes know."""
        started = time.perf_counter()
        service = self.server.service
        parts = urlsplit(self.path)
        route = parts.path if service.has(self.command, parts.path) else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        with tracing.serving(self.command, parts.path, route, headers) as span:
            status, result = self._result(parts.path, parts.query, span)
            error = result["error"] if status >= 400 else None
            span.answered(status, error)
            logs.write(
                "ERROR" if status >= 500 else "INFO", service.name, service.version,
                method=self.command, path=parts.path, status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
                trace_id=span.trace, span_id=span.id, error=error,
            )  # fmt: skip
        self._send(status, result)

    do_POST = do_GET

    def _result(self, path: str, query: str, span: tracing.Span) -> tuple[int, Any]:
        try:
            values = {name: values[-1] for name, values in parse_qs(query).items()}
            return 200, self.server.service.answer(self.command, path, Request(values, self._body(), span.trace))
        except Problem as problem:
            return problem.status, {"error": str(problem)}
        except Exception as bug:  # a bug in a route must not take the connection down
            span.failed(bug)
            return 500, {"error": f"{self.server.service.name} failed: {bug!r}"}

    def _body(self) -> Any:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True
            raise Problem(413, f"A body has up to {MAX_BODY} bytes")
        try:
            return json.loads(self.rfile.read(int(length))) if int(length) else None
        except ValueError:
            raise Problem(400, "The body is not JSON") from None

    def _send(self, status: int, result: Any) -> None:
        html = isinstance(result, str)
        body = result.encode() if html else json.dumps(result).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if html else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Shop-Version", self.server.service.version)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The standard library's own line is replaced by ours."""


def run(service: Service) -> None:
    """Serve on $HOST:$PORT until SIGTERM or Ctrl-C, or until whoever started us closes our input."""
    host, port = os.environ.get("HOST", LOOPBACK), os.environ.get("PORT", "0")
    try:
        server = Server(service, int(port), host)
    except (OSError, ValueError, OverflowError) as error:
        sys.exit(f"{service.name} cannot listen on port {port}: {error}")
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: threading.Thread(target=server.drain).start())
    if os.environ.get("SHOP_WATCH_STDIN"):
        threading.Thread(target=_end_with_starter, args=(server,), daemon=True).start()
    tracing.start(service)
    print(f"{service.name} {service.version} on http://{host}:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.02)
    server.server_close()
    tracing.end()


def _end_with_starter(server: Server) -> None:
    while os.read(0, 1):
        pass
    server.drain()
    # Nobody is left who would kill us if a request never ended.
    threading.Event().wait(ORPHAN_SECONDS)
    os._exit(1)
