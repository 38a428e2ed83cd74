"""Runs of the shop by which the checks judge: each with customers and failures that the learner has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers import tracing
from labs.shop import launch

Line = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What was logged by the three services, and of that by the one that customers reach."""

    lines: list[Line]

    @property
    def requests(self) -> list[Line]:
        return [line for line in self.lines if line["service"] == "web"]

    @property
    def failed(self) -> list[Line]:
        """The requests of customers that failed."""
        return [line for line in self.requests if line["status"] >= 500]


def run(*, visits: int, orders: int, failing: float, seed: int, sampler: str = "always_on") -> Run:
    """Run the shop with a share of orders that fail, send customers, end it, and return what it logged."""
    with launch.shop(**tracing.environment(sampler)) as shop:
        shop.faults("orders", error_rate=failing, seed=seed)
        tracing.customers(shop.web.url, visits=visits, orders=orders)
        return Run(tracing.lines(shop))


def traced(found: Run) -> set[str]:
    """Return the trace ids, as log lines write them, of the customers' requests that X-Ray has."""
    return {trace.log_id for trace in tracing.by_id(line["trace_id"] for line in found.requests)}
