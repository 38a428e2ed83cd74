"""What goes over the wire: protobuf or JSON, and the answers.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from google.protobuf import json_format  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from ...protocol import HttpRequest, HttpResponse

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
# AWS's limit of a request, uncompressed.
MAX_BYTES = 5 * 1024 * 1024
_INVALID_ARGUMENT = 3
_IDS = frozenset({"traceId", "spanId", "parentSpanId"})


class Refusal(Exception):
    """Why a request as a whole is not taken, with the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def decode(request: HttpRequest) -> ExportTraceServiceRequest:
    """Return the message in `request`. Raises Refusal."""
    if request.method != "POST":
        raise Refusal(f"Spans come by POST, not by {request.method}.", 405)
    kind = _content_type(request)
    if kind not in (PROTOBUF, JSON):
        raise Refusal(f"The content type is '{kind}'; {PROTOBUF} and {JSON} are taken.", 415)
    body = _checked_body(request)
    return _from_json(body) if kind == JSON else _from_protobuf(body)


def answer(request: HttpRequest, rejected: int, reason: str) -> HttpResponse:
    """Return the success, in the request's form; `rejected` spans of it were not taken, for `reason`."""
    response = ExportTraceServiceResponse()
    if rejected:
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = reason
    return _respond(request, 200, response)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the failure as a google.rpc.Status in the request's form."""
    return _respond(request, refusal.status, Status(code=_INVALID_ARGUMENT, message=refusal.message))


def _respond(request: HttpRequest, status: int, message: Message) -> HttpResponse:
    if _content_type(request) == JSON:
        return HttpResponse(status, {"content-type": JSON}, json_format.MessageToJson(message).encode())
    return HttpResponse(status, {"content-type": PROTOBUF}, message.SerializeToString())


def _content_type(request: HttpRequest) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _checked_body(request: HttpRequest) -> bytes:
    """The gateway has unpacked what came as gzip, the one encoding that AWS takes."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "none"):
        raise Refusal(f"The content encoding is '{encoding}'; gzip and none are taken.", 415)
    if len(request.body) > MAX_BYTES:
        raise Refusal(f"The request has more than {MAX_BYTES} bytes uncompressed; send smaller batches.", 413)
    return request.body


def _from_protobuf(body: bytes) -> ExportTraceServiceRequest:
    message = ExportTraceServiceRequest()
    try:
        message.ParseFromString(body)
    except DecodeError as error:
        raise Refusal(f"The body is no ExportTraceServiceRequest: {error}.") from None
    return message


def _from_json(body: bytes) -> ExportTraceServiceRequest:
    message = ExportTraceServiceRequest()
    try:
        content = json.loads(body, object_hook=_with_base64_ids)
        if not isinstance(content, dict):
            raise ValueError("it is no object")
        json_format.ParseDict(content, message, ignore_unknown_fields=True)
    except (ValueError, TypeError, AttributeError, RecursionError, json_format.ParseError) as error:
        raise Refusal(f"The body is no ExportTraceServiceRequest in JSON: {error}.") from None
    return message


def _with_base64_ids(part: dict[str, Any]) -> dict[str, Any]:
    """OTLP writes ids in hexadecimal where protobuf's JSON has base64."""
    for name in _IDS & part.keys():
        try:
            part[name] = base64.b64encode(binascii.unhexlify(part[name])).decode()
        except binascii.Error as error:
            raise ValueError(f"{name} is no hexadecimal number: {error}") from None
    return part
