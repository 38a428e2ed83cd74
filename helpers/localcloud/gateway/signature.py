"""Verifies Signature Version 4 in the header or in a presigned URL.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html ; the arithmetic is MiniStack's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs

from ministack.core import sigv4

from . import legacy
from .refusal import Refusal
from .signed import FindSecret, Signed

_UNSIGNED = ("UNSIGNED-PAYLOAD", "STREAMING-")


def verify(
    method: str, raw_path: str, query: str, headers: Mapping[str, str], body: bytes, find_secret: FindSecret
) -> Signed:
    """Return who signed the request. Raises Refusal, with AWS's own code, if nobody did or not rightly."""
    parameters = parse_qs(query, keep_blank_values=True)
    if "AWSAccessKeyId" in parameters and "Signature" in parameters:
        return legacy.verify(method, raw_path, query, headers, parameters, find_secret)
    presigned = "authorization" not in headers and "X-Amz-Signature" in parameters
    signature = _parse(headers, parameters, presigned=presigned)
    secret = find_secret(signature.access_key_id)
    if secret is None:
        raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")
    _check_time(signature, parameters, presigned=presigned)
    failure = sigv4.header_signature_failure(
        signature, secret, method, raw_path, parameters, headers, body, presigned=presigned
    )
    if failure:
        raise Refusal(*failure)
    _check_payload(headers, body)
    return Signed(signature.access_key_id, signature.region, signature.service)


def _parse(headers: Mapping[str, str], parameters: dict[str, list[str]], *, presigned: bool) -> sigv4.HeaderSignature:
    if presigned:
        parsed = sigv4.parse_query_signature(parameters)
    elif headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
        parsed = sigv4.parse_header_signature(headers)
    else:
        raise Refusal("MissingAuthenticationToken", "Request is missing Authentication Token")
    if isinstance(parsed, tuple):
        raise Refusal(*parsed, status=400)
    return parsed


def _check_time(signature: sigv4.HeaderSignature, parameters: dict[str, list[str]], *, presigned: bool) -> None:
    if presigned and "X-Amz-Expires" in parameters:
        try:
            expired = sigv4.presigned_request_is_expired(signature.amz_date, parameters["X-Amz-Expires"][0])
        except ValueError:
            raise Refusal("AuthorizationQueryParametersError", "X-Amz-Expires should be a number", status=400) from None
        if expired:
            raise Refusal("AccessDenied", "Request has expired")
    elif failure := sigv4.request_time_failure(signature):
        raise Refusal(*failure)


def _check_payload(headers: Mapping[str, str], body: bytes) -> None:
    claimed = headers.get("x-amz-content-sha256", "")
    if not claimed or claimed.startswith(_UNSIGNED):
        return
    if hashlib.sha256(body).hexdigest() != claimed:
        raise Refusal(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            status=400,
        )
