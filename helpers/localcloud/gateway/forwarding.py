"""Hands a verified request to the base, which takes the caller's word for who it is."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from ..service import Message
from .signed import Signed

_PRESIGNED = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
_DROPPED = frozenset({*_PRESIGNED, "X-Amz-Signature", "X-Amz-Security-Token", "AWSAccessKeyId", "Signature", "Expires"})


def for_base(scope: Message, signed: Signed, caller: str) -> Message:
    """Return the request as `caller`'s: the account of an IAM user's key, a session's own key, or the account.

    The base knows no secret of ours, so a presigned URL, which it would verify, becomes a request with a header.
    """
    name = f"AWS4-HMAC-SHA256 Credential={caller}/00000000/{signed.region}/{signed.service}/aws4_request"
    authorization = (b"authorization", f"{name}, SignedHeaders=host, Signature=verified".encode())
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"authorization"]
    return {**scope, "headers": [*headers, authorization], "query_string": _without_signature(scope["query_string"])}


def _without_signature(query: bytes) -> bytes:
    if b"Signature=" not in query:
        return query
    pairs = parse_qsl(query.decode(), keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name not in _DROPPED]).encode()
