"""Starts services in this process, for tests."""

from __future__ import annotations

import io
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any
from unittest.mock import patch

from shop.server import Server
from shop.service import Service

_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Serve `service` on a free port; other services find it by <NAME>_URL."""
    server = Server(service)
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        # What services log is not what a test run has to say.
        with patch.dict(os.environ, {f"{service.name.upper()}_URL": url}), redirect_stderr(io.StringIO()):
            yield url
    finally:
        server.drain()
        server.server_close()
        thread.join(5)


def ask(url: str, body: object = None) -> tuple[int, Any]:
    """Return status and content of an answer."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with _open(urllib.request.Request(url, data), timeout=5) as answer:
            content = answer.read().decode()
            return answer.status, json.loads(content) if content[:1] in "[{" else content
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
