"""A request and a response in the plain form that protocols work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class HttpRequest:
    """A whole request; header names are in lower case, `raw_path` is as it was sent."""

    method: str
    path: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpResponse:
    """A whole response."""

    status: int
    headers: dict[str, str]
    body: bytes
