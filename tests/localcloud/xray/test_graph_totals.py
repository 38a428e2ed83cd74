"""The service graph of any traces has the totals that the traces themselves add up to."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.localcloud.support import TestCloud, new_account

from .documents import Document, edges, graph, new_id, new_trace_id, put, response, summaries

STATUSES = (200, 204, 302, 400, 404, 429, 500, 503)
# What a service does: (its name, its status, its seconds, [(how it calls, what the caller sees, the service called)]).
Work = tuple[str, int, float, list[tuple[str, int, Any]]]


def works(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Work]:
    calls = st.tuples(st.sampled_from(["embedded", "independent", "nested"]), st.sampled_from(STATUSES), children)
    names = st.sampled_from(["web", "orders", "catalog", "stock"])
    return st.tuples(names, st.sampled_from(STATUSES), st.floats(0, 5), st.lists(calls, max_size=3))


FORESTS = st.lists(st.recursive(st.none(), works, max_leaves=12).filter(bool), min_size=1, max_size=4)


def documents_of(work: Work, trace_id: str, parent: str | None, start: float) -> Iterator[Document]:
    """Yield the documents that a service and those below it send; None stands for a service that sends nothing."""
    name, status, seconds, calls = work
    own: Document = {
        "name": name,
        "id": new_id(),
        "trace_id": trace_id,
        "start_time": start,
        "end_time": start + seconds,
    }
    own |= {"http": response(status), "subsegments": []} | ({"parent_id": parent} if parent else {})
    for number, (how, seen, called) in enumerate(calls):
        target = called[0] if called else f"silent{number}"
        call: Document = {"name": target, "id": new_id(), "namespace": "remote", "http": response(seen)}
        call |= {"start_time": start + 0.01, "end_time": start + 0.01 + seconds}
        if called:
            yield from documents_of(called, trace_id, call["id"], start + 0.02)
        if how == "independent":
            yield call | {"type": "subsegment", "trace_id": trace_id, "parent_id": own["id"]}
        elif how == "nested":
            local = {"name": "handler", "id": new_id(), "start_time": start, "end_time": start + seconds}
            own["subsegments"].append(local | {"subsegments": [call]})
        else:
            own["subsegments"].append(call)
    yield own


class Totals:
    """Ok, errors, throttled, faults and seconds, added up by hand."""

    def __init__(self) -> None:
        self.numbers = [0, 0, 0, 0]
        self.seconds = 0.0

    def add(self, document: Document) -> None:
        status = document["http"]["response"]["status"]
        kinds = (status < 400, 400 <= status < 500, status == 429, status >= 500)
        self.numbers = [number + kind for number, kind in zip(self.numbers, kinds, strict=True)]
        self.seconds += document["end_time"] - document["start_time"]

    def agrees(self, statistics: Document) -> bool:
        errors, faults = statistics["ErrorStatistics"], statistics["FaultStatistics"]
        told = [statistics["OkCount"], errors["TotalCount"], errors["ThrottleCount"], faults["TotalCount"]]
        whole = statistics["OkCount"] + errors["TotalCount"] + faults["TotalCount"] == statistics["TotalCount"]
        return whole and told == self.numbers and abs(statistics["TotalResponseTime"] - self.seconds) < 1e-5


def with_subsegments(document: Document) -> Iterator[Document]:
    yield document
    for child in document.get("subsegments", ()):
        yield from with_subsegments(child)


def full_traces(client: Any, trace_ids: list[str]) -> Iterator[list[Document]]:
    for trace_id in trace_ids:
        (trace,) = client.batch_get_traces(TraceIds=[trace_id])["Traces"]
        yield [json.loads(found["Document"]) for found in trace["Segments"]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forest=FORESTS, seed=st.integers(0, 2**16))
def test_the_graph_adds_up_to_the_traces(shared_home: Path, forest: list[Work], seed: int) -> None:
    client = TestCloud(shared_home, new_account()).client("xray")
    start = time.time() - 600
    trace_ids = [new_trace_id() for _ in forest]
    sent = [
        document
        for work, trace_id in zip(forest, trace_ids, strict=True)
        for document in documents_of(work, trace_id, None, start)
    ]
    random.Random(seed).shuffle(sent)
    assert put(client, *sent) == []

    nodes: defaultdict[tuple[str, str | None], Totals] = defaultdict(Totals)
    calls: defaultdict[tuple[str, str], Totals] = defaultdict(Totals)
    for segments in full_traces(client, trace_ids):
        callers = {part["id"]: (segment["name"], part) for segment in segments for part in with_subsegments(segment)}
        for segment in segments:
            nodes[segment["name"], segment.get("origin")].add(segment)
            if "parent_id" in segment:
                caller, call = callers[segment["parent_id"]]
                calls[caller, segment["name"]].add(call)
            else:
                calls["client", segment["name"]].add(segment)

    found = graph(client)
    told = {key: service["SummaryStatistics"] for key, service in found.items() if key[1] != "client"}
    assert told.keys() == nodes.keys()
    assert all(totals.agrees(told[key]) for key, totals in nodes.items())
    along = {key: edge["SummaryStatistics"] for key, edge in edges(found).items()}
    assert along.keys() == calls.keys()
    assert all(totals.agrees(along[key]) for key, totals in calls.items())
    assert {summary["Id"] for summary in summaries(client)} == set(trace_ids)
