"""REST-JSON: HTTP method and URI name the operation, the model says which member is where.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import UnknownOperation, form_of
from .http import HttpRequest, HttpResponse
from .json_document import dump
from .rest_request import read_members
from .rest_response import write_members
from .rest_routes import Route, routes_of

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel


class RestJson:
    """REST-JSON of one service."""

    name = "rest-json"

    def __init__(self, model: ServiceModel) -> None:
        self._model = model

    @cached_property
    def _routes(self) -> dict[str, Route]:
        return routes_of(self._model)

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation whose method and URI template fit; the most specific template wins."""
        for route in self._routes.values():
            if route.fits(request):
                return model.operation_model(route.operation)
        raise UnknownOperation(f"{request.method} {request.path}")

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters in URI, query string, headers and body."""
        if operation.input_shape is None:
            return {}
        return read_members(operation.input_shape, self._routes[operation.name], request)

    def encode(self, operation: OperationModel, result: Mapping[str, Any], request_id: str = "") -> HttpResponse:
        """Return the response with the model's status."""
        status = int(operation.http.get("responseCode", 200))
        if operation.output_shape is None:
            return HttpResponse(status, {"content-type": "application/json"}, b"" if status == 204 else b"{}")
        return write_members(operation.output_shape, result, status, {})

    def encode_error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        operation: OperationModel | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Return the error; its code is in the header and in the body."""
        form = form_of(self._model, code, status)
        values = {form.message_member: message, **(extra or {})}
        if form.shape is None or form.message_member not in form.shape.members:
            body = dump({"__type": form.code, **values})
            response = HttpResponse(form.status, {"content-type": "application/json"}, body)
        else:
            response = write_members(form.shape, values, form.status, {"__type": form.code})
        return HttpResponse(response.status, response.headers | {"x-amzn-errortype": form.code}, response.body)
