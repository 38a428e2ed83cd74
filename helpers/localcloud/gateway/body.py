"""Reads a request's body to its end, unpacks it, and plays it again for an application behind us."""

from __future__ import annotations

import zlib
from dataclasses import replace

from ..protocol import HttpRequest
from ..service import Receive
from .refusal import Refusal

_GZIP = 31  # zlib's code for a gzip header
_LARGEST = 64 * 1024 * 1024


class Disconnected(Exception):
    """The client left before its body was complete."""


async def read_body(receive: Receive) -> bytes:
    """Return the whole body. Raises Disconnected if the client leaves first."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def unpacked(request: HttpRequest) -> HttpRequest:
    """Return the request with its body as it was before the client compressed it (boto3 does above 10 KB).

    Raises Refusal for what is no gzip, or grows beyond 64 MB.
    """
    if request.headers.get("content-encoding", "").lower() != "gzip":
        return request
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(request.body, _LARGEST)
    except zlib.error:
        raise Refusal("SerializationException", "The body is not gzip, as its header says.", status=400) from None
    if not unpacker.eof:
        what = f"is larger than {_LARGEST} bytes unpacked" if unpacker.unconsumed_tail else "is cut off"
        raise Refusal("SerializationException", f"The body {what}.", status=400)
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    return replace(request, headers=headers, body=body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives `body` in one piece, then whatever comes."""
    given = False

    async def again() -> dict[str, object]:
        nonlocal given
        if given:
            return dict(await receive())
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
