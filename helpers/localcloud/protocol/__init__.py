"""The server side of AWS's wire protocols, driven from botocore's service models."""

from .http import HttpRequest, HttpResponse
from .model import Protocol, UnknownOperation, load_model, protocol_for
from .validation import validate_input, validate_output

__all__ = [
    "HttpRequest",
    "HttpResponse",
    "Protocol",
    "UnknownOperation",
    "load_model",
    "protocol_for",
    "validate_input",
    "validate_output",
]
