"""Traces as pictures: one trace in time, and the services that traces went through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from helpers import show
from helpers.tracing.path import Interval, critical_path, own_intervals
from helpers.tracing.reading import graph
from helpers.tracing.tree import Span, Trace


def waterfall(trace: Trace, title: str = "") -> show.Picture:
    """Show a trace in time, with own work and critical path; of one that is not whole, all its parts."""
    origin = min(span.start for span in trace.spans)
    decisive: dict[str, list[Interval]] = {}
    for piece in critical_path(trace.root):
        decisive.setdefault(piece.span.id, []).append((piece.start, piece.end))
    rows = [
        _row(span, depth, origin, decisive.get(span.id, []))
        for root in trace.roots for depth, span in root.walk()
    ]  # fmt: skip
    return show.waterfall(rows, title or f"{trace.root.label}")


def _row(span: Span, depth: int, origin: float, critical: Iterable[Interval]) -> show.Work:
    return show.Work(
        span.label, span.start - origin, span.end - origin,
        _from(origin, own_intervals(span)), _from(origin, critical), depth, span.outcome,
    )  # fmt: skip


def _from(origin: float, intervals: Iterable[Interval]) -> list[Interval]:
    return [(start - origin, end - origin) for start, end in intervals]


def service_map(since: datetime, title: str = "Service map") -> show.Picture:
    """Show the learner's services as X-Ray's service graph has them from `since` until now."""
    return show.service_map(graph(since), title)
