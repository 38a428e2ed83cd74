"""`python -m helpers.git_credential get`: a git credential helper for CodeCommit on a real account.

It does what `aws codecommit credential-helper` does, without the CLI: the user name is the access key, the password a
Signature Version 4 over the repository's path. https://git-scm.com/docs/git-credential
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from .localcloud.codecommit.passwords import sign

_HOST = re.compile(r"git-codecommit(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")


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
