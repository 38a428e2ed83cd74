"""AWS JSON 1.0 and 1.1: a POST whose X-Amz-Target header names the operation.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..service import ServiceError
from .http import HttpRequest, HttpResponse
from .model import UnknownOperation

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape

_ODD_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class JsonRpc:
    """The protocol of most of AWS's services."""

    def __init__(self, version: str) -> None:
        self._content_type = f"application/x-amz-json-{version}"

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if name not in model.operation_names:
            raise UnknownOperation(name or "(no X-Amz-Target header)")
        return model.operation_model(name)

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        try:
            parsed = json.loads(request.body or b"{}")
        except ValueError as error:
            raise ServiceError("SerializationException", f"The body is not JSON: {error}") from None
        if not isinstance(parsed, dict):
            raise ServiceError("SerializationException", "The body must be a JSON object")
        return _decode(operation.input_shape, parsed) if operation.input_shape else {}

    def encode(self, operation: OperationModel, result: dict[str, Any]) -> HttpResponse:
        body = _encode(operation.output_shape, result) if operation.output_shape else {}
        return HttpResponse(200, {"content-type": self._content_type}, json.dumps(body).encode())

    def encode_error(self, code: str, message: str, status: int, request_id: str) -> HttpResponse:
        body = json.dumps({"__type": code, "message": message, "Message": message}).encode()
        return HttpResponse(status, {"content-type": self._content_type}, body)


def _decode(shape: Shape, value: Any) -> Any:
    if value is None:
        return None
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: _decode(member, value[wire])
            for name, member in shape.members.items()
            if (wire := member.serialization.get("name", name)) in value and value[wire] is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_decode(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _decode(shape.value, item) for key, item in value.items()}
    return _decode_scalar(shape, value)


def _decode_scalar(shape: Shape, value: Any) -> Any:
    if shape.type_name == "blob":
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise ServiceError("SerializationException", f"A value of {shape.name} is not base64") from None
    if shape.type_name == "timestamp" and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    if shape.type_name in ("float", "double") and isinstance(value, str):
        return _ODD_FLOATS.get(value, value)
    return value


def _encode(shape: Shape, value: Any) -> Any:
    if shape.type_name == "structure":
        return {
            member.serialization.get("name", name): _encode(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list":
        return [_encode(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: _encode(shape.value, item) for key, item in value.items()}
    return _encode_scalar(shape, value)


def _encode_scalar(shape: Shape, value: Any) -> Any:
    if shape.type_name == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
    if shape.type_name == "timestamp" and isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return value
