"""Whatever is accepted can be computed with: no document that got in makes a later question fail."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.localcloud.xray.documents import Refused, read
from helpers.localcloud.xray.filters import Filter
from helpers.localcloud.xray.full_trace import full_trace
from helpers.localcloud.xray.graph import Graph
from helpers.localcloud.xray.summaries import summary
from helpers.localcloud.xray.trace import assemble

NOW = 1_795_500_000.0
TRACE = "1-58406520-a006649127e371903a2de979"
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


def block(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.fixed_dictionaries({}, optional=fields)


TEXT = st.none() | st.text(max_size=5)
FLAG = st.none() | st.booleans()
# What the documentation leaves open is odd here, and all of it is accepted.
FIELDS = {
    "parent_id": st.sampled_from(["b" * 16, "d" * 16, "e" * 16]),
    "type": st.sampled_from([None, "segment", "subsegment"]),
    "namespace": st.sampled_from([None, "aws", "remote", "local"]),
    "origin": TEXT,
    "user": TEXT,
    "fault": FLAG,
    "throttle": FLAG,
    "resource_arn": TEXT,
    "http": block(
        request=block(url=TEXT, method=TEXT, user_agent=TEXT, traced=ANYTHING),
        response=block(status=st.none() | st.integers(0, 999), content_length=ANYTHING),
    ),
    "aws": block(ec2=ANYTHING, table_name=ANYTHING, queue_url=ANYTHING, operation=ANYTHING),
    "cause": st.none()
    | st.just("a" * 16)
    | block(
        exceptions=st.lists(block(type=ANYTHING, message=ANYTHING), max_size=2).map(
            lambda found: [one for one in found if one is not None]
        )
    ),
    "annotations": st.none() | st.dictionaries(st.text(alphabet="ab_. ", max_size=3), ANYTHING, max_size=3),
    "metadata": block(default=ANYTHING),
    "precursor_ids": st.none() | st.lists(ANYTHING, max_size=2),
}
OWN = {
    "id": st.sampled_from(["a" * 16, "c" * 16, "A" * 16]),
    "name": st.sampled_from(["web", "DynamoDB", "SQS", "SNS"]),
    "start_time": st.floats(NOW - 100, NOW),
}
ENDS = st.one_of(
    st.fixed_dictionaries({"end_time": st.floats(NOW, NOW + 10)}),
    st.just({"in_progress": True}),
    st.just({"in_progress": True, "end_time": None}),
)


def documents(subsegments: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = st.fixed_dictionaries({**OWN, "subsegments": subsegments}, optional=FIELDS)
    return st.builds(lambda document, end: document | end, fields, ENDS)


DOCUMENTS = st.recursive(documents(st.none()), lambda inner: documents(st.lists(inner, max_size=2)), max_leaves=4)
EXPRESSIONS = (
    'service("web") { fault AND http.url CONTAINS "a" AND user = "b" AND http.status > 1 }',
    'edge() { responsetime > 1 AND duration > 1 AND annotation[a] = "b" }',
    'ok OR http.method = "GET" OR user != "x" OR annotation.a > 1 OR partial OR type = "remote"',
)


def judged(document: Any) -> list[dict[str, Any] | Refused]:
    return read(json.dumps(document), NOW)


@settings(max_examples=300, deadline=None)
@given(ANYTHING | st.dictionaries(st.sampled_from([*FIELDS, *OWN, "trace_id", "subsegments", "end_time"]), ANYTHING))
def test_whatever_is_sent_is_judged(document: Any) -> None:
    assert all(isinstance(one, Refused) for one in judged(document))


@settings(max_examples=300, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_what_is_accepted_can_be_computed_with(parts: list[dict[str, Any]]) -> None:
    accepted: dict[str, dict[str, Any]] = {}
    for part in parts:
        parent = {"parent_id": "b" * 16} if part.get("type") == "subsegment" else {}
        (document,) = judged({**parent, **part, "trace_id": TRACE})
        assert isinstance(document, dict), document
        accepted[document["id"].lower()] = document
    trace = assemble(TRACE, accepted.values())
    # Nothing is lost: every document sent is somewhere in the full trace.
    held = " ".join(segment["Document"] for segment in full_trace(trace)["Segments"]).lower()
    assert all(f'"id":"{id_}"' in held for id_ in accepted)
    json.dumps([summary(trace, 1, "1" * 12), Graph.of([trace]).services("1" * 12)], default=str)
    for expression in EXPRESSIONS:
        Filter(expression, "1" * 12).matches(trace)
