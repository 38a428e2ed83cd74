"""Calls from one service to another: a time limit, the trace handed on, and a clear answer when a peer is down."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from . import logs, tracing
from .service import Problem

TIMEOUT_SECONDS = 2.0
# Peers are near: a proxy that the environment names is for elsewhere.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def call(peer: str, path: str, trace: str, body: Any = None) -> Any:
    """Return the JSON that `peer` ("catalog") answers.

    Raises Problem: the peer's own 4xx, 502 if it failed, 503 if it is down or slower than TIMEOUT_SECONDS.
    """
    url = os.environ.get(f"{peer.upper()}_URL")
    if not url:
        raise Problem(503, f"{peer} is nowhere: set {peer.upper()}_URL")
    data = None if body is None else json.dumps(body).encode()
    with tracing.asking(peer, "GET" if data is None else "POST", url, path, trace) as span:
        request = urllib.request.Request(url + path, data, {**span.headers, "Content-Type": "application/json"})
        return _answer(peer, request, span)


def _answer(peer: str, request: urllib.request.Request, span: tracing.Span) -> Any:
    try:
        with _open(request, timeout=TIMEOUT_SECONDS) as answer:
            span.answered(answer.status)
            return json.load(answer)
    except urllib.error.HTTPError as error:
        reason = _reason(error)
        span.answered(error.code, reason)
        raise Problem(error.code if error.code < 500 else 502, f"{peer}: {reason}") from None
    except (OSError, HTTPException) as problem:
        span.failed(problem)
        raise Problem(503, f"{peer} does not answer") from None
    except ValueError as problem:
        span.failed(problem)
        raise Problem(502, f"{peer} answered something that is not JSON") from None


def answers(peer: str) -> bool:
    """Return whether `peer` is alive."""
    try:
        call(peer, "/health", logs.trace_of(""))
    except Problem:
        return False
    return True


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return str(error)
