"""Answers with traces and their summaries."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from ..scope import Scope
from .full_trace import full_trace
from .request_checks import LONGEST_SUMMARIES, filter_of, invalid, time_range, trace_ids
from .scan import scan
from .segment_operations import SegmentOperations
from .segments import Started
from .summaries import summary
from .traces import Found

Request = dict[str, Any]
# The most traces in one call, and what AWS says of more. https://github.com/boto/boto3/issues/3924
MAX_BATCH = 5


class TraceOperations(SegmentOperations):
    """BatchGetTraces and GetTraceSummaries."""

    def batch_get_traces(self, scope: Scope, request: Request) -> Request:
        ids = trace_ids(request)
        if len(ids) > MAX_BATCH:
            raise invalid(f"Exceeding maximum query size: {MAX_BATCH}; {len(ids)} trace ids were given.")
        found = self._traces.by_ids(scope, ids)
        return {
            "Traces": [full_trace(found[id_.lower()].trace) for id_ in dict.fromkeys(ids) if id_.lower() in found],
            "UnprocessedTraceIds": [id_ for id_ in dict.fromkeys(ids) if id_.lower() not in found],
        }

    def get_trace_summaries(self, scope: Scope, request: Request) -> Request:
        start, end = time_range(request, LONGEST_SUMMARIES)
        range_type = request.get("TimeRangeType", "TraceId")
        wanted = filter_of(request.get("FilterExpression"), scope.account)
        candidates = self._traces.segments.started_in_range(scope, range_type, start, end)
        page = scan(self._traces, scope, _sampled(candidates, request), wanted, request.get("NextToken"))
        return {
            "TraceSummaries": [_summary(found, range_type, scope) for found in page.found],
            "ApproximateTime": datetime.fromtimestamp(page.found[-1].trace.start if page.found else end, UTC),
            "TracesProcessedCount": page.processed,
            "NextToken": page.token,
        }


def _sampled(found: list[Started], request: Request) -> list[Started]:
    """Return all, or the part that is asked for: a share of the ids, or (PartialScan) of the range, newest first."""
    if not request.get("Sampling"):
        return found
    strategy = request.get("SamplingStrategy", {})
    share = strategy.get("Value", 1.0)
    if not 0 <= share <= 1:
        raise invalid(f"SamplingStrategy.Value is {share}; a share from 0 to 1 is expected.")
    if strategy.get("Name") == "FixedRate":
        return [one for one in found if _chance(one.trace_id) < share]
    return found[: round(len(found) * share)]


def _chance(trace_id: str) -> float:
    """Return a number from 0 to 1 that depends on the id alone, so that a second call sees the same traces."""
    return int.from_bytes(hashlib.sha256(trace_id.encode()).digest()[:8]) / 2**64


def _summary(found: Found, range_type: str, scope: Scope) -> Request:
    told = summary(found.trace, found.revision, scope.account)
    if range_type == "Event":
        told["MatchedEventTime"] = datetime.fromtimestamp(found.received, UTC)
    return told
