"""Botocore as the other side: its serializers make the requests, its parsers read the responses."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from helpers.localcloud.protocol import HttpRequest, HttpResponse, load_model, protocol_for
from helpers.localcloud.protocol.interface import Protocol

# Service and protocol; CloudWatch is the one that speaks three.
SPOKEN = (
    ("codecommit", "json"), ("codebuild", "json"), ("codepipeline", "json"), ("logs", "json"), ("ecs", "json"),
    ("codedeploy", "json"), ("cloudwatch", "json"), ("cloudwatch", "query"), ("cloudwatch", "smithy-rpc-v2-cbor"),
    ("elbv2", "query"), ("xray", "rest-json"), ("lambda", "rest-json"), ("sqs", "json"), ("sns", "query"),
)  # fmt: skip


def operations_of(service: str) -> Iterator[Any]:
    """Give the operations without an event stream, which is not one message and has no encoder here."""
    model = load_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if not operation.has_event_stream_input and not operation.has_event_stream_output:
            yield operation


def request_for(operation: Any, protocol: str, params: dict[str, Any]) -> HttpRequest:
    """Return the request that botocore sends for `params`."""
    serialized = create_serializer(protocol, include_validation=False).serialize_to_request(params, operation)
    serialized.pop("host_prefix", None)
    prepare_request_dict(serialized, "http://127.0.0.1:4566", context={})
    prepared = create_request_object(serialized).prepare()
    url = urlsplit(prepared.url)
    headers = {name.lower(): _text(value) for name, value in prepared.headers.items()}
    body = prepared.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    return HttpRequest(prepared.method, unquote(url.path), url.path, url.query, headers, raw)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def protocol_named(service: str, name: str) -> Protocol:
    """Return the protocol as it is chosen for a request made by it."""
    model = load_model(service)
    return protocol_for(model, request_for(model.operation_model(model.operation_names[0]), name, _labels(model)))


def _labels(model: Any) -> dict[str, Any]:
    shape = model.operation_model(model.operation_names[0]).input_shape
    members = shape.members.items() if shape else ()
    return {name: "x" for name, member in members if member.serialization.get("location") == "uri"}


def read(operation: Any, protocol: str, response: HttpResponse, shape: Any = None) -> dict[str, Any]:
    """Return what botocore makes of `response`; `shape` is the output shape or that of an error.

    A blob that is the whole body is handed to the parser as a stream, as botocore's endpoint does.
    """
    shape = shape or operation.output_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    raw = {"body": response.body, "headers": HeadersDict(response.headers), "status_code": response.status}
    if payload is not None and shape.members[payload].type_name == "blob":
        raw["body"] = io.BytesIO(response.body)
    parsed: dict[str, Any] = create_parser(protocol).parse(raw, shape)
    if isinstance(raw["body"], io.BytesIO):
        parsed[str(payload)] = raw["body"].read()
    return parsed
