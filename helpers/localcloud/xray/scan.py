"""Reads the traces of a range page by page, the newest first, as GetTraceSummaries does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scope import Scope
from .request_checks import invalid
from .segments import Started
from .traces import Found, Traces

if TYPE_CHECKING:
    from .filters import Filter

PAGE = 100
# How many traces are read at once when most of them may not be meant.
_FILTERED_CHUNK = 500


@dataclass(frozen=True)
class Page:
    """The traces that are meant, of how many that were read, and the token for those after them (None: no more)."""

    found: list[Found]
    processed: int
    token: str | None


def scan(traces: Traces, scope: Scope, candidates: Sequence[Started], wanted: Filter | None, token: str | None) -> Page:
    """Return the next page of `candidates` (the newest first); `token` is that of the page before.

    A page is found again by where it ended, so that traces that arrive meanwhile move nothing.
    Raises ServiceError (InvalidRequestException) for a token that is none of ours.
    """
    left = candidates if token is None else _after(candidates, token)
    found: list[Found] = []
    processed = 0
    chunk = PAGE if wanted is None else _FILTERED_CHUNK
    for first in range(0, len(left), chunk):
        part = left[first : first + chunk]
        loaded = traces.by_ids(scope, [started.trace_id for started in part])
        for started in part:
            processed += 1
            one = loaded.get(started.trace_id)
            if one and (wanted is None or wanted.matches(one.trace)):
                found.append(one)
            if len(found) == PAGE:
                return Page(found, processed, _token(started) if processed < len(left) else None)
    return Page(found, processed, None)


def _after(candidates: Sequence[Started], token: str) -> Sequence[Started]:
    position = _position(token)
    return [started for started in candidates if started.order > position.order]


def _token(started: Started) -> str:
    return base64.urlsafe_b64encode(f"{started.at!r} {started.trace_id}".encode()).decode()


def _position(token: str) -> Started:
    try:
        at, _, trace_id = base64.urlsafe_b64decode(token.encode()).decode().partition(" ")
        return Started(trace_id, float(at))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise invalid("The token for the next page is not one that this call gave.") from None
