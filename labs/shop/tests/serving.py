"""Starts services in this process, for tests."""

import json
import os
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager


@contextmanager
def serving(service):
    """Serve `service` on a free port; other services find it by <NAME>_URL."""
    server = service.server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    name = f"{service.name.upper()}_URL"
    os.environ[name] = f"http://127.0.0.1:{server.server_port}"
    try:
        yield os.environ[name]
    finally:
        server.shutdown()
        thread.join(5)
        server.socket.close()
        os.environ.pop(name)


def ask(url, body=None):
    """Return status and content of an answer."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=5) as answer:
            content = answer.read().decode()
            kind = answer.headers["Content-Type"]
            return answer.status, json.loads(content) if kind == "application/json" else content
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
