"""Turns an ASGI request into the plain form that signatures and protocols work on, and answers back."""

from __future__ import annotations

from typing import Any

from ..protocol import HttpRequest, HttpResponse
from ..service import Message, Send


def headers_of(scope: Message) -> dict[str, str]:
    """Return the headers by lower-case name; a repeated one is joined with ", " (RFC 9110, 5.2)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def request_of(scope: Message, headers: dict[str, str], body: bytes) -> HttpRequest:
    """Return the request in the protocols' form."""
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return HttpRequest(
        scope["method"],
        scope["path"],
        raw_path.decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        body,
    )


async def respond(send: Send, response: HttpResponse, **headers: Any) -> None:
    """Send `response` with `headers` added."""
    everything = {**response.headers, **headers, "content-length": str(len(response.body))}
    encoded = [(name.lower().encode("latin-1"), str(value).encode("utf-8")) for name, value in everything.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": response.body})
