"""Calls from one service to another: a time limit, the trace handed on, and a clear answer when a peer is down."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

from . import logs
from .service import Problem

TIMEOUT_SECONDS = 2.0


def call(peer: str, path: str, trace: str, body: Any = None) -> Any:
    """Return the JSON that `peer` ("catalog") answers.

    Raises Problem: the peer's own 4xx, 502 if it failed, 503 if it is down.
    """
    url = os.environ.get(f"{peer.upper()}_URL", "")
    data = None if body is None else json.dumps(body).encode()
    headers = {"traceparent": logs.traceparent(trace), "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url + path, data, headers), timeout=TIMEOUT_SECONDS
        ) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        message = json.loads(error.read() or b"{}").get("error", str(error))
        raise Problem(error.code if error.code < 500 else 502, f"{peer}: {message}") from None
    except (OSError, ValueError):
        raise Problem(503, f"{peer} does not answer") from None


def answers(peer: str) -> bool:
    """Return whether `peer` is alive."""
    try:
        call(peer, "/health", "0" * 32)
    except Problem:
        return False
    return True
