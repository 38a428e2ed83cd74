"""How documents become a trace, in whatever order and however odd."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from helpers.localcloud.xray.full_trace import full_trace
from helpers.localcloud.xray.node import NodeId
from helpers.localcloud.xray.outcome import Outcome, outcome_of
from helpers.localcloud.xray.statistics import Tally, bucket
from helpers.localcloud.xray.trace import assemble

TRACE = "1-58406520-a006649127e371903a2de979"


def document(id_: str, parent: str | None = None, name: str = "web", **more: Any) -> dict[str, Any]:
    made = {"name": name, "id": id_ * 16, "trace_id": TRACE, "start_time": 1.0, "end_time": 2.0}
    return made | ({"parent_id": parent * 16} if parent else {}) | more


def subsegment(id_: str, parent: str, name: str = "call", **more: Any) -> dict[str, Any]:
    return document(id_, parent, name, type="subsegment", **more)


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ({}, Outcome()),
        ({"http": {"response": {"status": 302}}}, Outcome()),
        ({"http": {"response": {"status": 404}}}, Outcome(error=True)),
        ({"http": {"response": {"status": 429}}}, Outcome(error=True, throttle=True)),
        ({"http": {"response": {"status": 503}}}, Outcome(fault=True)),
        ({"throttle": True}, Outcome(error=True, throttle=True)),
        ({"fault": True, "http": {"response": {"status": 200}}}, Outcome(fault=True)),
        ({"http": None}, Outcome()),
    ],
)
def test_outcomes(document: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(document) == outcome


def test_the_order_of_arrival_does_not_matter() -> None:
    documents = [
        document("a"),
        subsegment("b", "a"),
        subsegment("c", "b", namespace="remote"),
        document("d", "c", "db"),
    ]
    graphs = set()
    for order in itertools.permutations(documents):
        trace = assemble(TRACE, order)
        graphs.add((len(trace.segments), len(trace.orphans), tuple((call.source, call.target) for call in trace.calls)))
    web, db = NodeId("web", None), NodeId("db", None)
    assert graphs == {(2, 0, ((NodeId("web", "client"), web), (web, db)))}


def test_a_subsegment_without_its_segment_waits_as_an_orphan() -> None:
    trace = assemble(TRACE, [subsegment("b", "a", namespace="remote")])
    assert (len(trace.orphans), trace.visits, trace.calls, trace.root) == (1, [], [], None)
    assert [found["Id"] for found in full_trace(trace)["Segments"]] == ["b" * 16]


def test_circles_of_parents_end() -> None:
    trace = assemble(TRACE, [subsegment("a", "b"), subsegment("b", "a"), document("c", "d"), document("d", "c", "db")])
    assert {found["Id"] for found in full_trace(trace)["Segments"]} >= {"c" * 16, "d" * 16}
    assert len(trace.entities) == 4
    assert trace.root is not None


def test_an_outer_call_stands_for_those_within() -> None:
    call = subsegment("b", "a", "DynamoDB", namespace="aws")
    trace = assemble(TRACE, [document("a"), call, subsegment("c", "b", "dynamodb.example.com", namespace="remote")])
    assert [visit.node for visit in trace.visits if visit.inferred] == [NodeId("DynamoDB", "AWS::DynamoDB")]


def test_a_call_that_says_it_is_traced_waits_for_its_segment() -> None:
    call = subsegment("b", "a", namespace="remote", http={"request": {"traced": True}})
    assert not assemble(TRACE, [document("a"), call]).inferred_calls
    answered = assemble(TRACE, [document("a"), call, document("c", "b", "db")])
    assert NodeId("db", None) in {call.target for call in answered.calls}


@pytest.mark.parametrize(
    ("fields", "node"),
    [
        ({"namespace": "remote", "name": "api.example.com"}, NodeId("api.example.com", "remote")),
        ({"namespace": "aws", "name": "S3"}, NodeId("S3", "AWS::S3")),
        (
            {"namespace": "aws", "name": "DynamoDB", "aws": {"table_name": "orders"}},
            NodeId("orders", "AWS::DynamoDB::Table"),
        ),
        ({"namespace": "aws", "name": "SQS", "aws": {"queue_url": "http://q"}}, NodeId("http://q", "AWS::SQS::Queue")),
    ],
)
def test_inferred_nodes(fields: dict[str, Any], node: NodeId) -> None:
    trace = assemble(TRACE, [document("a"), subsegment("b", "a", **fields)])
    assert [visit.node for visit in trace.visits if visit.inferred] == [node]


def test_a_chain_of_independent_subsegments_is_given_back_whole() -> None:
    ids = [f"{number:016x}" for number in range(1, 1200)]
    chain = [subsegment("b", "a", id=id_, parent_id=above) for above, id_ in itertools.pairwise(ids)]
    trace = assemble(TRACE, [document("a", id=ids[0]), *chain])
    found = full_trace(trace)["Segments"]
    assert sum(text["Document"].count('"name":') for text in found) == len(ids)


@pytest.mark.parametrize(
    ("seconds", "value"),
    [(0.0, 0.0), (0.0004, 0.0), (0.0026, 0.003), (0.0154, 0.015), (0.157, 0.16), (1.26, 1.3), (25.4, 25)],
)
def test_buckets_have_two_digits_and_no_less_than_a_millisecond(seconds: float, value: float) -> None:
    assert bucket(seconds) == value


def test_what_is_in_progress_is_not_counted_yet() -> None:
    running = {"name": "web", "id": "b" * 16, "trace_id": TRACE, "start_time": 0.5, "in_progress": True}
    trace = assemble(TRACE, [document("a"), running])
    tally = Tally.of(visit.entity for visit in trace.visits)
    assert (tally.total, tally.seconds, tally.start) == (1, 1.0, 0.5)
