"""Answers with graphs of services, and with their statistics over time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..paging import page
from ..scope import Scope
from .graph import Graph
from .group_operations import GroupOperations
from .request_checks import LONGEST_GRAPH, filter_of, invalid, selector_of, time_range, trace_ids
from .series import series
from .trace import Trace
from .trace_operations import TraceOperations

Request = dict[str, Any]
_PAGE = 1000
_DEFAULT_PERIOD = 60
# Without a selector the statistics are those of edges, says AWS.
_EVERY_EDGE = "edge()"


class GraphOperations(TraceOperations, GroupOperations):
    """GetServiceGraph, GetTraceGraph and GetTimeSeriesServiceStatistics."""

    def get_service_graph(self, scope: Scope, request: Request) -> Request:
        """Return the graph of the traces that began in the range: the same that GetTraceSummaries finds there."""
        start, end = time_range(request, LONGEST_GRAPH)
        traces = self._traces_of_group(scope, request, start, end)
        return {
            "StartTime": datetime.fromtimestamp(start, UTC),
            "EndTime": datetime.fromtimestamp(end, UTC),
            "Services": Graph.of(traces).services(scope.account),
            "ContainsOldGroupVersions": False,
        }

    def get_trace_graph(self, scope: Scope, request: Request) -> Request:
        found = self._traces.by_ids(scope, trace_ids(request))
        return {"Services": Graph.of(one.trace for one in found.values()).services(scope.account)}

    def get_time_series_service_statistics(self, scope: Scope, request: Request) -> Request:
        start, end = time_range(request, LONGEST_GRAPH)
        if request.get("ForecastStatistics"):
            raise invalid("The local cloud computes no forecasts; leave ForecastStatistics out.")
        traces = self._traces_of_group(scope, request, start, end)
        selector = selector_of(request.get("EntitySelectorExpression", _EVERY_EDGE), scope.account)
        points = series(traces, selector, _period(request), start, end)
        shown, token = page(points, request.get("NextToken"), _PAGE, "InvalidRequestException")
        return {"TimeSeriesServiceStatistics": shown, "ContainsOldGroupVersions": False, "NextToken": token}

    def _traces_of_group(self, scope: Scope, request: Request, start: float, end: float) -> list[Trace]:
        wanted = None
        if request.get("GroupName") or request.get("GroupARN"):
            wanted = filter_of(self._group(scope, request).filter_expression, scope.account)
        found = self._traces.in_range(scope, start, end)
        return [one.trace for one in found if wanted is None or wanted.matches(one.trace)]


def _period(request: Request) -> int:
    period = int(request.get("Period", _DEFAULT_PERIOD))
    if period < 1:
        raise invalid(f"Period is {period}; at least one second is expected.")
    return period
