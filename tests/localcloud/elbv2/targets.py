"""Small real HTTP servers that stand behind a load balancer."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Answers with its name and the request's headers; what it answers can be changed while it runs."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, name: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.name = name
        self.health = 200
        self.status = 200
        self.held: threading.Event | None = None
        self.entered = threading.Event()
        self.hang_up = False
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def target(self) -> dict[str, Any]:
        """How it is registered."""
        return {"Id": "127.0.0.1", "Port": self.server_port}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that did not wait for its answer is not worth a traceback."""

    def close(self) -> None:
        """End it: its port refuses connections."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        server = self.server
        if self.path == "/health":
            return self._answer(server.health, {})
        held = server.held
        server.asked.append(self.path)
        server.entered.set()
        if server.hang_up:
            self.close_connection = True
            return None
        if held is not None:
            assert held.wait(60), "nobody let the request go"
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self._answer(server.status, {"server": server.name, "path": self.path, "headers": headers})

    do_POST = do_GET

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def in_a_process(name: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a server in a process of its own, to be killed; return it and how it is registered."""
    program = (
        "from tests.localcloud.elbv2.targets import Server; import threading;"
        f"server = Server({name!r}); print(server.server_port, flush=True); threading.Event().wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, {"Id": "127.0.0.1", "Port": int(process.stdout.readline())}
