"""AWS's own git password: a Signature Version 4 over the repository's path, as `aws codecommit credential-helper`
makes it. It holds for 15 minutes."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta

from helpers.git_credential import sign

_FORM = re.compile(r"(\d{8}T\d{6})Z([0-9a-f]{64})")
_VALID = timedelta(minutes=15)


def matches(password: str, secret: str, path: str, host: str, now: datetime) -> bool:
    """Return whether `password` was made with `secret` for the repository of the request, not long before `now`."""
    found = _FORM.fullmatch(password)
    if not found:
        return False
    try:
        when = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return False
    if abs(now - when) > _VALID:
        return False
    region = path.split("/")[2].removesuffix(".amazonaws.com")
    repository = "/".join(path.split("/")[:6])
    wanted = sign(secret, host, repository, region, when)
    return hmac.compare_digest(wanted, password)
