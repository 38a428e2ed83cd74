"""Smithy RPC v2 with CBOR: the operation is in the path /service/X/operation/Y.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .cbor import dump, parse
from .checked import LARGE, checked
from .document import Document
from .errors import UnknownOperation, form_of
from .http import HttpRequest, HttpResponse
from .json_rpc import error_tree, query_error_header
from .model import find_operation

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_DOCUMENT = Document()
_HEADERS = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


class CborRpc:
    """RPC v2 CBOR of one service."""

    name = "smithy-rpc-v2-cbor"

    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation in the path."""
        before, _, name = request.path.rpartition("/operation/")
        operation = find_operation(model, name)
        if operation is None or before.rpartition("/service/")[2] != model.metadata.get("targetPrefix"):
            raise UnknownOperation(name or request.path)
        return operation

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters in the body."""
        content = parse(request.body)
        if len(request.body) > LARGE and (known := checked(operation, content)) is not None:
            return known
        shape = operation.input_shape
        return {} if shape is None else _DOCUMENT.decode_members(shape, content)

    def encode(self, operation: OperationModel, result: Mapping[str, Any], request_id: str = "") -> HttpResponse:
        """Return the response; an operation without output has no body."""
        shape = operation.output_shape
        body = b"" if shape is None else dump(_DOCUMENT.encode_members(shape, result))
        return HttpResponse(200, dict(_HEADERS), body)

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
        return HttpResponse(form.status, _HEADERS | query_error_header(self._model, form), dump(tree))
