"""What is wrong with a segment document, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.localcloud.xray.documents import MAX_BYTES, Refused, read

NOW = 1_795_500_000.0
GOOD: dict[str, Any] = {
    "name": "shop.web",
    "id": "70de5b6f19ff9a0a",
    "trace_id": "1-581cf771-a006649127e371903a2de979",
    "start_time": NOW - 60,
    "end_time": NOW - 59.5,
}
CHILD: dict[str, Any] = {"name": "db", "id": "53995c3f42cd8ad8", "start_time": NOW - 60, "end_time": NOW - 59.9}


def judged(document: object) -> dict[str, Any] | Refused:
    (only,) = read(json.dumps(document), NOW)
    return only


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"end_time": None, "in_progress": True},
        {"type": "subsegment", "parent_id": "53995c3f42cd8ad8"},
        {"name": r"Ünïcode _.:/%&#=+\-@ 09"},
        {"name": "n" * 200},
        {"trace_id": "1-4efaaf4d-1e8720b39541901950019ee5"},
        {"cause": "70de5b6f19ff9a0a"},
        {"cause": {"working_directory": "/", "exceptions": [{"id": "70de5b6f19ff9a0a", "message": "m"}]}},
        {"http": {"request": {"url": "http://a/", "traced": True}, "response": {"status": 200}}},
        {"subsegments": [CHILD | {"subsegments": [CHILD | {"id": "b5d90f4e5a1f9bd4"}]}]},
        {"annotations": {"a key that cannot be indexed": {"nor": "its value"}}},
        {"metadata": {"anything": [1, {"goes": None}]}, "unknown_field": 1, "http": None, "aws": None},
        {"start_time": NOW + 3600, "end_time": NOW + 3601},
        {"start_time": NOW - 29 * 86_400},
    ],
)
def test_what_x_ray_takes_is_taken(more: dict[str, Any]) -> None:
    document = GOOD | more
    assert judged(document) == document


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ({"id": None}, "MissingId", "id is missing"),
        ({"id": "70de5b6f19ff9a0"}, "InvalidId", "16 hexadecimal digits"),
        ({"id": 7}, "InvalidId", "id is 7"),
        ({"trace_id": None}, "MissingTraceId", "trace_id is missing"),
        ({"trace_id": "2-581cf771-a006649127e371903a2de979"}, "InvalidTraceId", "its form is 1-<8"),
        ({"trace_id": "581cf771a006649127e371903a2de979"}, "InvalidTraceId", "its form is 1-<8"),
        ({"trace_id": ["1"]}, "InvalidTraceId", "['1']"),
        ({"name": None}, "MissingName", "name is missing"),
        ({"name": ""}, "InvalidName", "1 to 200"),
        ({"name": "n" * 201}, "InvalidName", "1 to 200"),
        ({"name": "a<b"}, "InvalidName", "'<' at character 2"),
        ({"start_time": None}, "MissingStartTime", "start_time is missing"),
        ({"start_time": "soon"}, "InvalidTime", "start_time is 'soon'"),
        ({"start_time": True}, "InvalidTime", "start_time is True"),
        ({"start_time": NOW * 1000, "end_time": NOW * 1000}, "InvalidTime", "milliseconds"),
        ({"start_time": NOW + 3 * 3600, "end_time": NOW + 3 * 3600}, "InvalidTime", "more than two hours ahead"),
        ({"start_time": NOW - 31 * 86_400}, "InvalidTime", "more than 30 days ago"),
        ({"end_time": None}, "MissingEndTime", "in_progress: true"),
        ({"end_time": NOW - 61}, "InvalidEndTime", "before start_time"),
        ({"in_progress": "yes"}, "InvalidInProgress", "true or false"),
        ({"parent_id": "me"}, "InvalidParentId", "parent_id is 'me'"),
        ({"parent_id": GOOD["id"]}, "InvalidParentId", "own id"),
        ({"type": "subsegment"}, "MissingParentId", "names its parent"),
        ({"type": "span"}, "InvalidType", "span"),
        ({"fault": "true"}, "InvalidFault", "fault is 'true'"),
        ({"http": []}, "InvalidHttp", "request and response"),
        ({"http": {"response": {"status": "200"}}}, "InvalidStatus", "http.response.status is '200'"),
        ({"http": {"response": {"status": 10**30}}}, "InvalidStatus", "no HTTP status"),
        ({"http": {"request": {"url": 1}}}, "InvalidUrl", "http.request.url"),
        ({"annotations": ["a"]}, "InvalidAnnotations", "an object"),
        ({"metadata": "m"}, "InvalidMetadata", "an object"),
        ({"user": 5}, "InvalidUser", "a string"),
        ({"cause": "short"}, "InvalidCause", "16 hexadecimal digits"),
        ({"cause": {"exceptions": ["boom"]}}, "InvalidCause", "cause.exceptions[0]"),
        ({"subsegments": {}}, "InvalidSubsegments", "an array"),
        ({"subsegments": ["x"]}, "InvalidSubsegment", "subsegments[0] is 'x'"),
        ({"subsegments": [CHILD, CHILD | {"id": None}]}, "MissingId", "subsegments[1].id is missing"),
        (
            {"subsegments": [CHILD | {"subsegments": [CHILD | {"name": "?"}]}]},
            "InvalidName",
            "subsegments[0].subsegments[0].name has '?'",
        ),
    ],
)
def test_what_is_wrong_is_named(more: dict[str, Any], code: str, says: str) -> None:
    refused = judged({key: value for key, value in (GOOD | more).items() if value is not None})
    assert isinstance(refused, Refused)
    assert (refused.code, says in refused.reason) == (code, True), refused
    assert refused.document()["Message"].startswith(f"Invalid segment. ErrorCode: {code}")


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"start_time": NaN}', "[" * 60_000, '"\\ud800"', "nul"])
def test_what_is_no_json_is_refused(text: str) -> None:
    (refused,) = read(text, NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "ParseError"


@pytest.mark.parametrize("content", [1, None, "text", True])
def test_what_is_no_object_is_refused(content: object) -> None:
    refused = judged(content)
    assert isinstance(refused, Refused)
    assert refused.code == "ParseError"


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400, "9" * 6000])
def test_numbers_beyond_all_clocks_are_refused(number: str) -> None:
    text = json.dumps(GOOD).replace(json.dumps(GOOD["end_time"]), number)
    (refused,) = read(text, NOW)
    assert isinstance(refused, Refused)


def test_an_array_is_judged_document_by_document() -> None:
    good, bad = read(json.dumps([GOOD, GOOD | {"id": "x"}]), NOW)
    assert good == GOOD
    assert isinstance(bad, Refused)
    assert bad.id == "x"


def test_the_limit_of_64_kb_is_exact() -> None:
    rest = len(json.dumps(GOOD | {"metadata": {"m": ""}}))
    assert isinstance(judged(GOOD | {"metadata": {"m": "x" * (MAX_BYTES - rest)}}), dict)
    refused = judged(GOOD | {"metadata": {"m": "x" * (MAX_BYTES - rest + 1)}})
    assert isinstance(refused, Refused)
    assert (refused.code, refused.id) == ("SegmentTooLarge", GOOD["id"])


def test_subsegments_nested_without_end_are_refused() -> None:
    document = GOOD
    for _ in range(200):
        document = GOOD | {"subsegments": [document]}
    refused = judged(document)
    assert isinstance(refused, Refused)
    assert "levels deep" in refused.reason
