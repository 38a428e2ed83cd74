"""Runs one operation of one of our services: decode, check, call, encode."""

from __future__ import annotations

import logging

from ..protocol import HttpRequest, HttpResponse, UnknownOperation, load_model, protocol_for, validate_input
from ..scope import Scope
from ..service import Service, ServiceError

log = logging.getLogger(__name__)


def call(service: Service, scope: Scope, request: HttpRequest, request_id: str) -> HttpResponse:
    """Return the answer of `service` to `request`; a refusal or a fault of ours is an answer, too."""
    model = load_model(service.service)
    protocol = protocol_for(model, request)
    try:
        if request.path in service.unmodelled:
            return service.unmodelled_call(scope, request)
        return _answer(service, scope, request, request_id)
    except ServiceError as error:
        return protocol.encode_error(error.code, error.message, error.status, request_id, extra=error.members)
    except UnknownOperation as unknown:
        message = f"{service.service} has no operation {unknown}."
        return protocol.encode_error("UnknownOperationException", message, 400, request_id)
    except Exception:
        log.exception("%s failed", request.headers.get("x-amz-target", request.path))
        message = "The local cloud failed on this call; the reason is in its log (`workbook status` says where)."
        return protocol.encode_error("InternalFailure", message, 500, request_id)


def _answer(service: Service, scope: Scope, request: HttpRequest, request_id: str) -> HttpResponse:
    from botocore import xform_name

    model = load_model(service.service)
    protocol = protocol_for(model, request)
    operation = protocol.operation_of(model, request)
    method = service.operation(xform_name(operation.name))
    if method is None:
        raise ServiceError(
            "UnknownOperationException",
            f"The local cloud does not have {service.service}:{operation.name} yet. docs/fidelity.md lists what it"
            " has, docs/adding-an-operation.md tells how to add it.",
        )
    parameters = protocol.decode(operation, request)
    if problems := validate_input(operation, parameters):
        raise ServiceError(service.validation_error, "\n".join(problems))
    return protocol.encode(operation, method(scope, parameters), request_id)
