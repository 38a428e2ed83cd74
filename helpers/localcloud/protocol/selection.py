"""Which protocol a request speaks; a service may understand several (CloudWatch: query, JSON and CBOR)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import UnsupportedProtocol

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from .http import HttpRequest
    from .interface import Protocol

_FORM = "application/x-www-form-urlencoded"


def protocol_for(model: ServiceModel, request: HttpRequest) -> Protocol:
    """Return the protocol of `request`, or the service's first one if the request gives no hint.

    Raises UnsupportedProtocol for services that speak rest-xml or ec2 only.
    """
    spoken = _spoken(model)
    return _bound(model, next((name for name in _hinted(request) if name in spoken), spoken[0]))


def _hinted(request: HttpRequest) -> tuple[str, ...]:
    headers = request.headers
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return ("smithy-rpc-v2-cbor",)
    if "x-amz-target" in headers:
        return ("json",)
    if headers.get("content-type", "").startswith(_FORM) or "Action=" in request.query:
        return ("query",)
    return ()


@lru_cache(256)
def _spoken(model: ServiceModel) -> tuple[str, ...]:
    named = model.metadata.get("protocols") or [model.metadata["protocol"]]
    spoken = tuple(name for name in named if name in _SUPPORTED)
    if not spoken:
        raise UnsupportedProtocol(
            f"{model.service_name} speaks {' and '.join(named)} only; the base emulator answers such services."
        )
    return spoken


@lru_cache(256)
def _bound(model: ServiceModel, name: str) -> Protocol:
    return _SUPPORTED[name](model)


def _json(model: ServiceModel) -> Protocol:
    from .json_rpc import JsonRpc

    return JsonRpc(model)


def _rest_json(model: ServiceModel) -> Protocol:
    from .rest_json import RestJson

    return RestJson(model)


def _query(model: ServiceModel) -> Protocol:
    from .query import QueryForm

    return QueryForm(model)


def _cbor(model: ServiceModel) -> Protocol:
    from .cbor_rpc import CborRpc

    return CborRpc(model)


# Each is imported when a service first speaks it: few services speak anything but JSON, and starting must be quick.
_SUPPORTED: dict[str, Callable[[ServiceModel], Protocol]] = {
    "json": _json,
    "rest-json": _rest_json,
    "query": _query,
    "smithy-rpc-v2-cbor": _cbor,
}
