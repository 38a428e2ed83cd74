"""botocore's models, and which protocol a request to a service speaks."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from typing import Protocol as Interface

from .http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

_loading = threading.Lock()


class UnknownOperation(Exception):
    """The request names an operation that the service's model does not have."""


class Protocol(Interface):
    """One wire protocol, seen from the server."""

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation that is asked for. Raises UnknownOperation."""
        ...

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters, typed as the input shape says. Raises ServiceError for a broken body."""
        ...

    def encode(self, operation: OperationModel, result: dict[str, Any]) -> HttpResponse:
        """Return the answer that carries `result`."""
        ...

    def encode_error(self, code: str, message: str, status: int, request_id: str) -> HttpResponse:
        """Return the answer that carries an error."""
        ...


def load_model(service: str) -> ServiceModel:
    """Return botocore's model of `service`. Raises botocore's UnknownServiceError."""
    with _loading:
        return _load(service)


@lru_cache(maxsize=64)
def _load(service: str) -> ServiceModel:
    from botocore.model import ServiceModel

    return ServiceModel(_loader().load_service_model(service, "service-2"), service)


@lru_cache(maxsize=1)
def _loader() -> Any:
    from botocore.loaders import create_loader

    return create_loader()


def protocol_for(model: ServiceModel, request: HttpRequest) -> Protocol:
    """Return the protocol that `request` speaks. Raises ValueError for one that nobody has built."""
    from .json_rpc import JsonRpc

    if model.metadata["protocol"] == "json":
        return JsonRpc(model.metadata.get("jsonVersion", "1.0"))
    raise ValueError(f"the local cloud does not speak {model.metadata['protocol']}")
