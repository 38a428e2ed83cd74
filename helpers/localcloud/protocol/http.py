"""A request and a response as plain values, free of any server's or framework's types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class HttpRequest:
    """What a client sent. `path` is percent-decoded, `raw_path` is not; `query` has no "?".

    The names in `headers` are lower-case; `body` is complete.
    """

    method: str
    path: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpResponse:
    """What a client gets; the server adds content-length and the request id's header."""

    status: int
    headers: dict[str, str]
    body: bytes
