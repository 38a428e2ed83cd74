"""The server's side of AWS's protocols, driven by botocore's model of each service; nothing here knows a service."""

from .errors import SerializationError, UnknownMember, UnknownOperation, UnsupportedProtocol
from .http import HttpRequest, HttpResponse
from .interface import Call, Protocol
from .model import load_model
from .selection import protocol_for
from .validation import validate_input, validate_output

__all__ = [
    "Call",
    "HttpRequest",
    "HttpResponse",
    "Protocol",
    "SerializationError",
    "UnknownMember",
    "UnknownOperation",
    "UnsupportedProtocol",
    "load_model",
    "protocol_for",
    "validate_input",
    "validate_output",
]
