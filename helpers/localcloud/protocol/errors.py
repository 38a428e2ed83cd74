"""What can go wrong in reading a request, and how botocore's model describes an error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..service import ServiceError

if TYPE_CHECKING:
    from botocore.model import ServiceModel


class UnknownOperation(Exception):
    """The service has no operation of this name; the text is the name as the caller gave it."""


class UnsupportedProtocol(NotImplementedError):
    """The service speaks only protocols that this package leaves to the base emulator."""


class UnknownMember(TypeError):
    """A service answered with a member that its model does not have: a mistake of the service's author."""


class SerializationError(ServiceError):
    """The request cannot be read: no valid JSON, CBOR or form, or a value of the wrong type."""

    def __init__(self, message: str, *, code: str = "SerializationException") -> None:
        super().__init__(code, message, status=400)


@dataclass(frozen=True)
class ErrorForm:
    """How an error goes over the wire: its shape's name, its code (an alias of it), and the HTTP status."""

    shape: Any
    name: str
    code: str
    status: int

    @property
    def message_member(self) -> str:
        """The shape's spelling of the member with the text: "message" or "Message"."""
        members = self.shape.members if self.shape is not None else ()
        return next((name for name in members if name.lower() == "message"), "message")

    @property
    def fault(self) -> str:
        """Who is to blame: "Sender" or "Receiver"."""
        return "Receiver" if self.status >= 500 else "Sender"


def form_of(model: ServiceModel, code: str, status: int) -> ErrorForm:
    """Return the form of the error `code`; `status` (HTTP) holds unless the model gives one."""
    shape = _error_shape(model, code)
    if shape is None:
        return ErrorForm(None, code, code, status)
    declared = shape.metadata.get("error", {})
    return ErrorForm(shape, shape.name, shape.error_code or shape.name, declared.get("httpStatusCode", status))


def _error_shape(model: ServiceModel, code: str) -> Any:
    if code in model.shape_names:
        shape = model.shape_for(code)
        return shape if shape.metadata.get("exception") else None
    return _by_alias(model).get(code)


@lru_cache(256)
def _by_alias(model: ServiceModel) -> dict[str, Any]:
    return {shape.error_code: shape for shape in reversed(list(model.error_shapes))}
