"""The keys of the local cloud: every account of 12 digits has a secret derived from one key of this state folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

ACCOUNT_ID = re.compile(r"[0-9]{12}")


def root_key(home: Path) -> bytes:
    """Return the key of the state folder `home`, made at the first call in a file only its owner can read (0600)."""
    path = home / "cloud" / "root.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def secret_of(root: bytes, account: str) -> str:
    """Return the secret access key of `account`, 40 characters as AWS's own have."""
    return hmac.new(root, account.encode(), hashlib.sha256).hexdigest()[:40]
