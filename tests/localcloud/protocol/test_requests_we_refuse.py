"""Garbage in: a sentence and AWS's error code out, never a traceback."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.protocol import (
    HttpRequest,
    SerializationError,
    UnknownMember,
    UnknownOperation,
    UnsupportedProtocol,
    load_model,
    protocol_for,
)
from tests.localcloud.protocol.oracle import SPOKEN, protocol_named


def _json(body: bytes, operation: str = "CreateRepository") -> HttpRequest:
    return HttpRequest("POST", "/", "/", "", {"x-amz-target": f"CodeCommit_20150413.{operation}"}, body)


def _cbor(body: bytes, operation: str = "PutMetricData") -> HttpRequest:
    path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
    return HttpRequest("POST", path, path, "", {"smithy-protocol": "rpc-v2-cbor"}, body)


def _form(body: str) -> HttpRequest:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return HttpRequest("POST", "/", "/", "", headers, body.encode("latin-1"))


def _rest(method: str, path: str, body: bytes = b"") -> HttpRequest:
    route, _, query = path.partition("?")
    return HttpRequest(method, route, route, query, {}, body)


def _decode(service: str, request: HttpRequest) -> dict[str, Any]:
    model = load_model(service)
    protocol = protocol_for(model, request)
    return protocol.decode(protocol.operation_of(model, request), request)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[1, 2]", "START_ARRAY can not be converted to a Structure"),
        (b"null", "can not be converted to a Structure"),
        (b'{"repositoryName": NaN}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"repositoryName": 5}', "NUMBER_VALUE can not be converted to a String (at 'repositoryName')"),
        (b'{"repositoryName": {"a": 1}}', "START_OBJECT can not be converted to a String (at 'repositoryName')"),
        (b'{"tags": {"a": true}}', "BOOLEAN_VALUE can not be converted to a String (at 'tags.a')"),
        (b'{"tags": []}', "START_ARRAY can not be converted to a Map (at 'tags')"),
    ],
)
def test_a_json_body_that_cannot_be_read_is_a_serialization_exception(body: bytes, sentence: str) -> None:
    with pytest.raises(SerializationError) as refused:
        _decode("codecommit", _json(body))
    assert refused.value.code == "SerializationException"
    assert sentence in refused.value.message


def test_a_wrong_type_deep_inside_is_named_by_its_place() -> None:
    body = json.dumps({"putFiles": [{"filePath": "a"}, {"filePath": "b", "fileContent": "no base64!"}]}).encode()
    with pytest.raises(SerializationError, match=r"'putFiles\[1\]\.fileContent' is not valid base64"):
        _decode("codecommit", _json(body, "CreateCommit"))


@pytest.mark.parametrize("value", ["soon", True, {}, 1e300])
def test_a_date_that_is_none_is_refused(value: Any) -> None:
    body = json.dumps({"StartTime": value}).encode()
    with pytest.raises(SerializationError, match="StartTime"):
        _decode("xray", _rest("POST", "/TraceSummaries", body))


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"\xbf", b"\xa1\x61a", b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
     b"\xa1\x80\x01", b"\x81\x01", b"\x05", b"\xa0\xa0", b"\xa1\x61\xff\x01", b"\x81" * 100_000,
     b"\xa1\x69Namespace\x05"],
)  # fmt: skip
def test_a_cbor_body_that_cannot_be_read_is_a_serialization_exception(body: bytes) -> None:
    with pytest.raises(SerializationError) as refused:
        _decode("cloudwatch", _cbor(body))
    assert refused.value.code == "SerializationException"
    assert refused.value.message


@pytest.mark.parametrize(
    "body",
    ["Action=PutMetricAlarm&Period=often", "Action=PutMetricAlarm&ActionsEnabled=maybe",
     "Action=PutMetricAlarm&AlarmName=%ff", "Action=GetMetricData&StartTime=soon",
     f"Action=PutMetricAlarm&{'a.' * 5000}=1"],
)  # fmt: skip
def test_a_form_with_a_value_of_the_wrong_type_is_malformed_input(body: str) -> None:
    with pytest.raises(SerializationError) as refused:
        _decode("cloudwatch", _form(body))
    assert refused.value.code == "MalformedInput"


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_raise_a_serialization_error(body: bytes) -> None:
    requests = [
        ("codecommit", _json(body)),
        ("cloudwatch", _cbor(body)),
        ("cloudwatch", _form("Action=PutMetricData&" + body.decode("latin-1"))),
        ("cloudwatch", _form("Action=PutMetricData&MetricData.member.1." + quote(body))),
        ("xray", _rest("POST", "/TraceSummaries", body)),
    ]
    for service, request in requests:
        try:
            assert isinstance(_decode(service, request), dict)
        except SerializationError as error:
            assert error.status == 400


@pytest.mark.parametrize("member", ["junk", "__proto__", "RepositoryName"])
def test_members_that_the_model_does_not_know_are_ignored(member: str) -> None:
    body = json.dumps({"repositoryName": "x", member: {"anything": [1]}, "repositoryDescription": None}).encode()
    assert _decode("codecommit", _json(body)) == {"repositoryName": "x"}


def test_an_empty_body_is_a_call_without_parameters() -> None:
    assert _decode("codecommit", _json(b"")) == {}
    assert _decode("cloudwatch", _cbor(b"", "ListMetrics")) == {}
    assert _decode("xray", _rest("POST", "/SamplingTargets")) == {}


def test_a_big_body_is_read_whole() -> None:
    body = json.dumps({"repositoryName": "x", "fileContent": "AAAA" * 2_000_000}).encode()
    assert len(_decode("codecommit", _json(body, "PutFile"))["fileContent"]) == 6_000_000


@pytest.mark.parametrize(
    ("service", "request_", "name"),
    [
        ("codecommit", _json(b"{}", "MakeCoffee"), "MakeCoffee"),
        ("codecommit", HttpRequest("POST", "/", "/", "", {"x-amz-target": "Other.GetBranch"}, b""), "Other.GetBranch"),
        ("codecommit", HttpRequest("GET", "/", "/", "", {}, b""), ""),
        ("cloudwatch", _cbor(b"", "MakeCoffee"), "MakeCoffee"),
        ("cloudwatch", _form("Action=MakeCoffee"), "MakeCoffee"),
        ("elbv2", _form("\xff"), ""),
        ("xray", _rest("DELETE", "/TraceSegments"), "DELETE /TraceSegments"),
        ("xray", _rest("POST", "/Coffee/../TraceSegments"), "POST /Coffee/../TraceSegments"),
    ],
)
def test_an_unknown_operation_is_named(service: str, request_: HttpRequest, name: str) -> None:
    model = load_model(service)
    with pytest.raises(UnknownOperation) as unknown:
        protocol_for(model, request_).operation_of(model, request_)
    assert str(unknown.value) == name


@pytest.mark.parametrize(("service", "protocol"), [("s3", "rest-xml"), ("ec2", "ec2")])
def test_protocols_of_the_base_are_refused_by_name(service: str, protocol: str) -> None:
    with pytest.raises(UnsupportedProtocol, match=f"{service} speaks {protocol} only"):
        protocol_for(load_model(service), _rest("GET", "/"))


@pytest.mark.parametrize(("service", "protocol"), SPOKEN)
def test_a_result_with_a_member_that_the_model_lacks_is_a_mistake(service: str, protocol: str) -> None:
    model = load_model(service)
    operation = next(o for o in map(model.operation_model, model.operation_names) if o.output_shape is not None)
    with pytest.raises(UnknownMember, match="has no member 'tpyo'"):
        protocol_named(service, protocol).encode(operation, {"tpyo": 1})
