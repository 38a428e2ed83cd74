"""AWS JSON 1.0 and 1.1: the operation is in X-Amz-Target, everything else in the body.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .checked import LARGE, checked
from .errors import ErrorForm, UnknownOperation, form_of
from .http import HttpRequest, HttpResponse
from .json_document import JsonDocument, dump, parse
from .model import find_operation

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_DOCUMENT = JsonDocument()


class JsonRpc:
    """JSON 1.0 or 1.1, as the model's jsonVersion says."""

    name = "json"

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._headers = {"content-type": f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.0')}"}

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation in X-Amz-Target."""
        target = request.headers.get("x-amz-target", "")
        prefix, _, name = target.rpartition(".")
        operation = find_operation(model, name)
        if operation is None or prefix != model.metadata.get("targetPrefix"):
            raise UnknownOperation(name if operation is None else target)
        return operation

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters in the body."""
        content = parse(request.body)
        if len(request.body) > LARGE and (known := checked(operation, content)) is not None:
            return known
        shape = operation.input_shape
        return {} if shape is None else _DOCUMENT.decode_members(shape, content)

    def encode(self, operation: OperationModel, result: Mapping[str, Any], request_id: str = "") -> HttpResponse:
        """Return the response; an operation without output has an empty object."""
        shape = operation.output_shape
        tree = {} if shape is None else _DOCUMENT.encode_members(shape, result)
        return HttpResponse(200, dict(self._headers), dump(tree))

    def encode_error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        operation: OperationModel | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Return the error."""
        form = form_of(self._model, code, status)
        tree = error_tree(_DOCUMENT, self._model, form, message, extra)
        headers = self._headers | query_error_header(self._model, form)
        return HttpResponse(form.status, headers, dump(tree))


def error_tree(
    document: Any, model: ServiceModel, form: ErrorForm, message: str, extra: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the body of an error: `__type`, the message, and the error shape's other members.

    SDKs find the class of the error by the alias of its code where the service never spoke the query protocol.
    """
    kind = form.name if model.is_query_compatible else form.code
    member = form.message_member
    if form.shape is None or member not in form.shape.members:
        return {"__type": kind, member: message, **(extra or {})}
    return {"__type": kind, **document.encode_members(form.shape, {member: message, **(extra or {})})}


def query_error_header(model: ServiceModel, form: ErrorForm) -> dict[str, str]:
    """Return the header that keeps the code which the service had when it spoke the query protocol.

    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
    """
    return {"x-amzn-query-error": f"{form.code};{form.fault}"} if model.is_query_compatible else {}
