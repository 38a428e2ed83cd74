"""Signature Version 2 in a presigned S3 URL: what boto3 makes by default in the older regions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html ; the arithmetic is botocore's.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from .refusal import Refusal
from .signed import FindSecret, Signed


def verify(
    method: str,
    raw_path: str,
    query: str,
    headers: Mapping[str, str],
    parameters: dict[str, list[str]],
    find_secret: FindSecret,
) -> Signed:
    """Return who signed the URL. Raises Refusal with S3's own code if nobody did rightly, or too long ago."""
    from botocore.auth import HmacV1QueryAuth
    from botocore.credentials import Credentials

    key = parameters["AWSAccessKeyId"][0]
    secret = find_secret(key)
    if secret is None:
        raise Refusal("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
    expires = parameters.get("Expires", [""])[0]
    if not expires.isdigit() or int(expires) < time.time():
        raise Refusal("AccessDenied", "Request has expired")
    auth = HmacV1QueryAuth(Credentials(key, secret))
    auth._get_date = lambda: expires  # it signs "so many seconds from now"; we check the moment that was signed
    computed = auth.get_signature(method, urlsplit(f"{raw_path}?{query}"), dict(headers))
    if not hmac.compare_digest(computed, parameters["Signature"][0]):
        raise Refusal(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and"
            " signing method.",
        )
    return Signed(key, "us-east-1", "s3")
