"""Trees of spans that a test writes down: work("web", 0, 10, work("orders", 2, 8))."""

from __future__ import annotations

import itertools

from helpers.tracing.tree import Span

_ids = itertools.count(1)


def work(service: str, start: float, end: float, *children: Span) -> Span:
    """A span of `service` from `start` to `end` (seconds) with `children`."""
    span = Span(f"{next(_ids):016x}", service, service, start, end, children=list(children))
    for child in children:
        child.parent_id = span.id
    return span
