"""Reads a request's body to its end, and plays it again for an application behind us."""

from __future__ import annotations

from ..service import Receive


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
