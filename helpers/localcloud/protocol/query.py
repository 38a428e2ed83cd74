"""The query protocol: a form that names the Action, answered in XML.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from . import form, xml
from .errors import SerializationError, UnknownOperation, form_of
from .http import HttpRequest, HttpResponse
from .model import find_operation

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel


class QueryForm:
    """The query protocol of one service."""

    name = "query"

    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation in the parameter Action, of the body or of the query string."""
        content = f"{request.body.decode(errors='replace')}&{request.query}"
        name = parse_qs(content).get("Action", [""])[0]
        operation = find_operation(model, name)
        if operation is None:
            raise UnknownOperation(name)
        return operation

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters in body and query string."""
        if operation.input_shape is None:
            return {}
        try:
            content = f"{request.query}&{request.body.decode()}"
            parameters: dict[str, Any] = form.read_form(operation.input_shape, form.parse(content))
        except UnicodeDecodeError:
            raise SerializationError("The form is not text in UTF-8.", code="MalformedInput") from None
        return parameters

    def encode(self, operation: OperationModel, result: Mapping[str, Any], request_id: str = "") -> HttpResponse:
        """Return the response: the result in its wrapper, and the request's id."""
        shape = operation.output_shape
        content = "" if shape is None else xml.write_members(shape, result)
        wrapper = None if shape is None else shape.serialization.get("resultWrapper")
        metadata = xml.element("RequestId", xml.text(request_id or str(uuid.uuid4())))
        body = (xml.element(wrapper, content) if wrapper else content) + xml.element("ResponseMetadata", metadata)
        return self._respond(200, f"{operation.name}Response", body)

    def encode_error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        operation: OperationModel | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Return the error with its alias as code."""
        kind = form_of(self._model, code, status)
        parts = {"Type": kind.fault, "Code": kind.code, "Message": message}
        content = "".join(xml.element(name, xml.text(value)) for name, value in parts.items())
        if kind.shape is not None and extra:
            content += xml.write_members(kind.shape, extra)
        body = xml.element("Error", content) + xml.element("RequestId", xml.text(request_id))
        return self._respond(kind.status, "ErrorResponse", body)

    def _respond(self, status: int, root: str, content: str) -> HttpResponse:
        namespace = xml.text(self._model.metadata.get("xmlNamespace", ""))
        document = f"<?xml version='1.0' encoding='utf-8'?>\n<{root} xmlns=\"{namespace}\">{content}</{root}>"
        return HttpResponse(status, {"content-type": "text/xml"}, document.encode())
