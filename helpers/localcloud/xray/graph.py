"""The service graph of some traces: nodes by their own segments, edges by their callers' subsegments.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-servicegraph
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .node import NodeId
from .statistics import Tally, histogram
from .trace import CLIENT, Trace, node_of


@dataclass
class Graph:
    """Tallies by node and by edge. A client is a node without one: nothing tells of it but its calls."""

    nodes: defaultdict[NodeId, Tally] = field(default_factory=lambda: defaultdict(Tally))
    edges: defaultdict[tuple[NodeId, NodeId], Tally] = field(default_factory=lambda: defaultdict(Tally))
    roots: set[NodeId] = field(default_factory=set)
    inferred: set[NodeId] = field(default_factory=set)

    @classmethod
    def of(cls, traces: Iterable[Trace]) -> Graph:
        """Return the graph of `traces`."""
        graph = cls()
        for trace in traces:
            graph.add(trace)
        return graph

    def add(self, trace: Trace) -> None:
        """Count all that `trace` tells."""
        self.roots.update(node_of(root) for root in trace.roots)
        for visit in trace.visits:
            self.nodes[visit.node].add(visit.entity)
            if visit.inferred:
                self.inferred.add(visit.node)
        for call in trace.calls:
            self.edges[call.source, call.target].add(call.entity)

    def services(self, account: str) -> list[dict[str, Any]]:
        """Return the graph as the API's list of Service, clients first."""
        clients = {source for source, _ in self.edges if source.type == CLIENT}
        names = [*sorted(clients, key=_order), *sorted(self.nodes, key=_order)]
        numbers = {node: number for number, node in enumerate(names)}
        return [self._service(node, numbers, account) for node in names]

    def _service(self, node: NodeId, numbers: dict[NodeId, int], account: str) -> dict[str, Any]:
        edges = {target: tally for (source, target), tally in self.edges.items() if source == node}
        common = {
            "ReferenceId": numbers[node],
            "Name": node.name,
            "Names": [node.name],
            "Type": node.type,
            "Edges": [_edge(numbers[target], tally) for target, tally in edges.items()],
        }
        if node in self.nodes:
            return common | self._own(node, account)
        return common | {"State": "unknown"} | _times(edges.values())

    def _own(self, node: NodeId, account: str) -> dict[str, Any]:
        tally = self.nodes[node]
        return {
            "AccountId": account,
            "Root": True if node in self.roots else None,
            "State": "unknown" if node in self.inferred else "active",
            "SummaryStatistics": tally.document(),
            "DurationHistogram": histogram(tally.durations),
            "ResponseTimeHistogram": histogram(tally.response_times),
            **_times([tally]),
        }


def _edge(number: int, tally: Tally) -> dict[str, Any]:
    return {
        "ReferenceId": number,
        "SummaryStatistics": tally.document(),
        "ResponseTimeHistogram": histogram(tally.response_times),
        "Aliases": [],
        **_times([tally]),
    }


def _times(tallies: Iterable[Tally]) -> dict[str, datetime]:
    covered = list(tallies)
    return {
        "StartTime": datetime.fromtimestamp(min(tally.start for tally in covered), UTC),
        "EndTime": datetime.fromtimestamp(max(tally.end for tally in covered), UTC),
    }


def _order(node: NodeId) -> tuple[str, str]:
    return node.name, node.type or ""
