"""Statistics of services and edges, period by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .statistics import Tally, histogram
from .trace import Trace

if TYPE_CHECKING:
    from .filters import Selector


def series(traces: Iterable[Trace], selector: Selector, period: int, start: float, end: float) -> list[dict[str, Any]]:
    """Return one TimeSeriesServiceStatistics for each period (seconds) from `start` to `end` (epoch seconds).

    A request counts in the period in which it began; a period without requests is there, with zeros.
    """
    tallies: defaultdict[int, Tally] = defaultdict(Tally)
    for trace in traces:
        for request in selector.requests(trace):
            tallies[int(request.entity.start // period)].add(request.entity)
    numbers = range(int(start // period), max(int(-(-end // period)), int(start // period) + 1))
    member = "EdgeSummaryStatistics" if selector.of_edges else "ServiceSummaryStatistics"
    return [_point(number * period, tallies[number], member) for number in numbers]


def _point(start: int, tally: Tally, member: str) -> dict[str, Any]:
    return {
        "Timestamp": datetime.fromtimestamp(start, UTC),
        member: tally.document(),
        "ResponseTimeHistogram": histogram(tally.response_times),
    }
