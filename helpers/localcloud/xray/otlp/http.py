"""The `http` block of a document, by the old and the new names of OpenTelemetry.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from .attributes import Attributes, number, text

_METHOD = ("http.request.method", "http.method")
_URL = ("url.full", "http.url")
_AGENT = ("user_agent.original", "http.user_agent")
_CLIENT = ("client.address", "http.client_ip")
_PEER = ("network.peer.address", "net.sock.peer.addr", "net.peer.ip")
_STATUS = ("http.response.status_code", "http.status_code")
_LENGTH = ("http.response.body.size", "http.response_content_length")
_SCHEME = ("url.scheme", "http.scheme")
_HOST = ("http.host", "server.address", "net.host.name", "net.peer.name")
_PORT = ("server.port", "net.host.port", "net.peer.port")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# The attributes that the block tells; http.route stays, for it is what people search by.
TAKEN = frozenset(
    {*_METHOD, *_URL, *_AGENT, *_CLIENT, *_PEER, *_STATUS, *_LENGTH, *_SCHEME, *_HOST, *_PORT}
    | {"http.target", "url.path", "url.query"}
)


def http_of(span: Span, attributes: Attributes) -> dict[str, Any]:
    """Return the block, empty if the span is of no HTTP request."""
    if text(attributes, *_METHOD, *_URL, *_STATUS) is None:
        return {}
    peer = _PEER if span.kind == Span.SPAN_KIND_SERVER else ()
    request = {
        "method": text(attributes, *_METHOD),
        "url": text(attributes, *_URL) or _composed(attributes),
        "user_agent": text(attributes, *_AGENT),
        "client_ip": text(attributes, *_CLIENT, *peer),
    }
    response = {"status": status_of(attributes), "content_length": number(attributes, *_LENGTH)}
    return {name: block for name, block in (("request", _some(request)), ("response", _some(response))) if block}


def status_of(attributes: Attributes) -> int | None:
    """Return the HTTP status of the response, or None."""
    return number(attributes, *_STATUS)


def _composed(attributes: Attributes) -> str | None:
    scheme = text(attributes, *_SCHEME) or "http"
    host = text(attributes, *_HOST)
    path = text(attributes, "http.target", "url.path") or ""
    query = text(attributes, "url.query")
    if host is None:
        return path or None
    port = number(attributes, *_PORT)
    if port is not None and ":" not in host and port != _DEFAULT_PORTS.get(scheme):
        host = f"{host}:{port}"
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


def _some(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if value is not None}
