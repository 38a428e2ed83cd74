"""X-Ray's documents become one tree, however they arrive."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.tracing.tree import Trace, tree, xray_id

ID = "1-581cf771-a006649127e371903a2de979"
WEB = {
    "name": "web", "id": "1" * 16, "trace_id": ID, "start_time": 10.0, "end_time": 12.0,
    "http": {"request": {"method": "POST", "url": "http://127.0.0.1:80/orders?x=1"}, "response": {"status": 502}},
    "fault": True, "service": {"version": "1.1.0"},
}  # fmt: skip
CALL = {
    "name": "orders", "id": "2" * 16, "trace_id": ID, "parent_id": "1" * 16, "type": "subsegment",
    "start_time": 10.5, "end_time": 11.5, "namespace": "remote", "throttle": True, "error": True,
}  # fmt: skip
ORDERS = {"name": "orders", "id": "3" * 16, "trace_id": ID, "parent_id": "2" * 16, "start_time": 10.6, "end_time": 11.4}
STEP = {"name": "keep", "id": "4" * 16, "start_time": 10.7, "end_time": 10.8}
INFERRED = {**ORDERS, "id": "5" * 16, "inferred": True}


def shape(trace: Trace) -> list[tuple[int, str, str]]:
    return [(depth, span.service, span.name) for root in trace.roots for depth, span in root.walk()]


WHOLE = [(0, "web", "web"), (1, "web", "orders"), (2, "orders", "orders"), (3, "orders", "keep")]


@pytest.mark.parametrize(
    "documents",
    [
        [WEB, CALL, {**ORDERS, "subsegments": [STEP]}],
        [{**ORDERS, "subsegments": [STEP]}, CALL, WEB, INFERRED],
        [{**WEB, "subsegments": [CALL]}, ORDERS, {**STEP, "type": "subsegment", "parent_id": "3" * 16}],
    ],
    ids=["by themselves", "in another order, with an inferred one", "embedded"],
)
def test_documents_become_a_tree(documents: list[dict[str, Any]]) -> None:
    trace = tree(ID, [json.dumps(each) for each in documents])
    assert shape(trace) == WHOLE
    assert (trace.whole, trace.services) == (True, ["web", "orders"])


def test_a_span_says_how_it_ended() -> None:
    web, call = tree(ID, [WEB, CALL]).spans
    assert (web.outcome, web.status, web.request, web.version, web.label) == (
        "fault", 502, "POST /orders", "1.1.0", "web POST /orders",
    )  # fmt: skip
    assert (call.outcome, call.label, call.seconds) == ("throttle", "calls orders", 1.0)


def test_a_trace_whose_parts_do_not_hang_together_is_not_whole() -> None:
    trace = tree(ID, [ORDERS, WEB])
    assert (trace.whole, trace.root.service, len(trace.roots)) == (False, "web", 2)


def test_the_parent_of_a_caller_outside_does_not_matter() -> None:
    assert tree(ID, [{**WEB, "parent_id": "9" * 16}]).whole


def test_a_segment_under_way_ends_when_it_began_and_one_that_is_its_own_parent_is_a_root() -> None:
    under_way = {"name": "web", "id": "1" * 16, "start_time": 1.0, "in_progress": True, "parent_id": "1" * 16}
    trace = tree(ID, [under_way])
    assert (trace.root.seconds, trace.whole) == (0.0, True)


def test_nothing_is_no_trace() -> None:
    with pytest.raises(ValueError, match=ID):
        tree(ID, [INFERRED])


def test_an_id_is_written_in_two_ways() -> None:
    assert xray_id(tree(ID, [WEB]).log_id) == ID
