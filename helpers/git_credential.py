"""`python -m helpers.git_credential get`: a git credential helper for CodeCommit on a real account.

It does what `aws codecommit credential-helper` does, without the CLI: the user name is the access key, the password a
Signature Version 4 over the repository's path. https://git-scm.com/docs/git-credential
"""

from __future__ import annotations

import hashlib
import hmac
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce

# With a VPC endpoint: vpce-0abc.git-codecommit.eu-west-1.vpce.amazonaws.com
_HOST = re.compile(r"(?:vpce-[a-z0-9-]+\.)?git-codecommit(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?")


def answer(request: Iterable[str], access_key: str, secret: str, token: str | None, when: datetime) -> str:
    """Return what git wants to read for `request` (its lines), or "" if the host is not CodeCommit's."""
    wanted = dict(line.rstrip("\n").split("=", 1) for line in request if "=" in line)
    host = wanted.get("host", "")
    found = _HOST.fullmatch(host)
    if not found:
        return ""
    user = f"{access_key}%{token}" if token else access_key
    password = sign(secret, host, f"/{wanted.get('path', '').lstrip('/')}", found[1], when)
    return f"username={user}\npassword={password}\n"


def sign(secret: str, host: str, path: str, region: str, when: datetime) -> str:
    """Return the password for the repository at `host` and `path`, signed at `when` (UTC)."""
    stamp = when.strftime("%Y%m%dT%H%M%S")
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    scope = f"{stamp[:8]}/{region}/codecommit/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = reduce(_hmac, scope.split("/"), f"AWS4{secret}".encode())
    return f"{stamp}Z{_hmac(key, to_sign).hex()}"


def _hmac(key: bytes, value: str) -> bytes:
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


def main() -> int:
    """Answer `get`; `store` and `erase` have nothing to do, since nothing is kept."""
    if sys.argv[1:] != ["get"]:
        return 0
    import boto3

    credentials = boto3.session.Session().get_credentials()
    if credentials is None:
        print("No AWS credentials were found; `aws configure` or `aws sso login` makes some.", file=sys.stderr)
        return 1
    frozen = credentials.get_frozen_credentials()
    reply = answer(sys.stdin, frozen.access_key, frozen.secret_key, frozen.token, datetime.now(UTC))
    sys.stdout.write(reply)
    return 0


if __name__ == "__main__":
    sys.exit(main())
