"""What every protocol does, and one decoded call."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

    from .http import HttpRequest, HttpResponse


class Protocol(typing.Protocol):
    """The server's side of one of AWS's protocols, bound to one service's model."""

    name: str

    def operation_of(self, model: ServiceModel, request: HttpRequest) -> OperationModel:
        """Return the operation that `request` calls. Raises UnknownOperation with the name the caller used."""
        ...

    def decode(self, operation: OperationModel, request: HttpRequest) -> dict[str, Any]:
        """Return the parameters by botocore's member names: datetimes in UTC, bytes for blobs.

        Members that the model does not know are ignored, as AWS does. Raises SerializationError if the request
        cannot be read or a value has the wrong type.
        """
        ...

    def encode(self, operation: OperationModel, result: Mapping[str, Any], request_id: str = "") -> HttpResponse:
        """Return the response for `result`, named by botocore's members; None is left out.

        `request_id` is needed by protocols that repeat it in the body; without one they make one up.
        Raises UnknownMember if `result` has a member that the model does not.
        """
        ...

    def encode_error(
        self,
        code: str,
        message: str,
        status: int,
        request_id: str,
        operation: OperationModel | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:
        """Return an error. `code` is the name of the model's error shape or its alias (`error.code`).

        `status` holds unless the model gives one; `extra` are further members of the error shape.
        """
        ...


@dataclass(frozen=True)
class Call:
    """A request, understood."""

    operation: OperationModel
    params: dict[str, Any]
    protocol: Protocol
