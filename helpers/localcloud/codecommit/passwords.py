"""AWS's own git password: a Signature Version 4 over the repository's path, as `aws codecommit credential-helper`
makes it. It holds for 15 minutes."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from functools import reduce

_FORM = re.compile(r"(\d{8}T\d{6})Z([0-9a-f]{64})")
_VALID = timedelta(minutes=15)


def sign(secret: str, host: str, path: str, region: str, when: datetime) -> str:
    """Return the password for the repository at `host` and `path`, signed at `when` (UTC)."""
    stamp = when.strftime("%Y%m%dT%H%M%S")
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    scope = f"{stamp[:8]}/{region}/codecommit/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = reduce(_hmac, scope.split("/"), f"AWS4{secret}".encode())
    return f"{stamp}Z{_hmac(key, to_sign).hex()}"


def matches(password: str, secret: str, path: str, host: str) -> bool:
    """Return whether `password` was made with `secret` for the repository of the request, not long ago."""
    found = _FORM.fullmatch(password)
    if not found:
        return False
    when = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - when) > _VALID:
        return False
    region = path.split("/")[2].removesuffix(".amazonaws.com")
    repository = "/".join(path.split("/")[:6])
    wanted = sign(secret, host, repository, region, when)
    return hmac.compare_digest(wanted, password)


def _hmac(key: bytes, value: str) -> bytes:
    return hmac.new(key, value.encode(), hashlib.sha256).digest()
