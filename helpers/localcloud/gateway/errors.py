"""Puts a refusal of the gateway into the form of the protocol in which the caller speaks."""

from __future__ import annotations

from html import escape

from ..protocol import HttpRequest, HttpResponse, load_model, protocol_for
from .effects import operation_name

# botocore's names of services that sign under another one.
_BY_SIGNING_NAME = {
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
    "servicediscovery": "servicediscovery",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "cognito-idp": "cognito-idp",
    "tagging": "resourcegroupstaggingapi",
}


def encode_refusal(
    signing_name: str, request: HttpRequest, code: str, message: str, status: int, request_id: str
) -> HttpResponse:
    """Return the error in the protocol of the service that signs as `signing_name`."""
    from botocore.exceptions import UnknownServiceError

    if signing_name in ("s3", ""):
        return _xml(code, message, status, request_id)
    try:
        protocol = protocol_for(load_model(_BY_SIGNING_NAME.get(signing_name, signing_name)), request)
    except (UnknownServiceError, NotImplementedError, ValueError):
        return _xml(code, message, status, request_id)
    return protocol.encode_error(code, message, status, request_id)


def unknown_service(signing_name: str, request: HttpRequest) -> tuple[str, str]:
    """Return code and message for a call that neither we nor the base have."""
    name = _operation(signing_name, request)
    return "UnknownOperationException", (
        f"The local cloud does not have {signing_name}:{name}. docs/fidelity.md lists what it has;"
        " on a real account (WORKBOOK_BACKEND=aws) the call works."
    )


def _operation(signing_name: str, request: HttpRequest) -> str:
    if name := operation_name(request):
        return name
    try:
        model = load_model(_BY_SIGNING_NAME.get(signing_name, signing_name))
        return str(protocol_for(model, request).operation_of(model, request).name)
    except Exception:
        return f"{request.method} {request.path}"


def _xml(code: str, message: str, status: int, request_id: str) -> HttpResponse:
    body = (
        f"<?xml version='1.0' encoding='utf-8'?>\n<Error><Code>{escape(code)}</Code>"
        f"<Message>{escape(message)}</Message><RequestId>{request_id}</RequestId></Error>"
    )
    return HttpResponse(status, {"content-type": "application/xml"}, body.encode())
