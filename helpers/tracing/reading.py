"""Traces as X-Ray has them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers import aws
from helpers.tracing.tree import Trace, tree, xray_id

LIMIT = 60.0
"""Seconds that a trace may take to arrive: spans are sent in batches, and X-Ray takes some seconds to index them."""

WINDOW = timedelta(minutes=10)
_AT_ONCE = 5  # BatchGetTraces takes at most five ids


def traces(filter_expression: str = "", since: datetime | None = None) -> list[Trace]:
    """Return the traces that fit a filter expression, the oldest first.

    Args:
        filter_expression: in X-Ray's language, such as 'service("web") AND fault'; "" is all.
        since: from when on; the last ten minutes if left out.
    """
    arguments = {"FilterExpression": filter_expression} if filter_expression else {}
    found = by_id(summary["Id"] for summary in summaries(since, **arguments))
    return sorted(found, key=lambda trace: (trace.root.start, trace.id))


def summaries(since: datetime | None = None, **arguments: Any) -> list[dict[str, Any]]:
    """Return what GetTraceSummaries answers for the time from `since` (ten minutes ago) until now."""
    now = datetime.now(UTC)
    pages = aws.client("xray").get_paginator("get_trace_summaries")
    answers = pages.paginate(StartTime=since or now - WINDOW, EndTime=now + timedelta(seconds=1), **arguments)
    return [summary for answer in answers for summary in answer["TraceSummaries"]]


def by_id(ids: Iterable[str]) -> list[Trace]:
    """Return the traces of which X-Ray has anything; ids as X-Ray or as log lines write them."""
    wanted = [id_ if "-" in id_ else xray_id(id_) for id_ in ids]
    return [trace for start in range(0, len(wanted), _AT_ONCE) for trace in _batch(wanted[start : start + _AT_ONCE])]


def _batch(ids: list[str]) -> Iterator[Trace]:
    for found in aws.client("xray").batch_get_traces(TraceIds=ids)["Traces"]:
        yield tree(found["Id"], [segment["Document"] for segment in found["Segments"]])


def of(log_id: str) -> Trace:
    """Return the trace that a log line names, once it is there. Raises WaitTimeout."""
    return arrived([log_id])[0]


def arrived(ids: Iterable[str]) -> list[Trace]:
    """Return the traces of these ids once X-Ray has all of them. Raises WaitTimeout."""
    wanted = list(ids)

    def all_there() -> list[Trace] | None:
        found = by_id(wanted)
        return found if len(found) == len(wanted) else None

    return aws.wait("the traces to arrive", all_there, limit=LIMIT)


def graph(since: datetime) -> list[dict[str, Any]]:
    """Return the services of X-Ray's service graph from `since` until now that are this learner's."""
    pages = aws.client("xray").get_paginator("get_service_graph")
    answers = pages.paginate(StartTime=since, EndTime=datetime.now(UTC) + timedelta(seconds=1))
    services = [service for answer in answers for service in answer["Services"]]
    return [service for service in services if str(service.get("Name", "")).startswith(aws.prefix())]
