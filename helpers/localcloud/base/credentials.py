"""Keys that the base itself hands out: access keys of IAM users, sessions of STS, and those of Lambda functions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SecretOf = Callable[[str], str]


@dataclass(frozen=True)
class BaseKey:
    """A key made by the base: whose it is and with what it signs."""

    account: str
    secret: str


def find_key(access_key_id: str) -> BaseKey | None:
    """Return the IAM user's or STS session's key, or None if the base never made it."""
    return _session_key(access_key_id) or _user_key(access_key_id)


def _session_key(access_key_id: str) -> BaseKey | None:
    sts = sys.modules.get("ministack.services.sts")
    session = sts._sessions.get(access_key_id) if sts else None
    if not session:
        return None
    return BaseKey(str(session["Arn"]).split(":")[4], session["SecretAccessKey"])


def _user_key(access_key_id: str) -> BaseKey | None:
    iam = sys.modules.get("ministack.services.iam")
    for (account, key), record in iam._access_keys.to_dict().items() if iam else ():
        if key == access_key_id:
            return BaseKey(account, record["SecretAccessKey"])
    return None


def sign_as_account(secret_of: SecretOf) -> None:
    """Give Lambda functions of an account that account's keys, so that their calls pass the gateway."""
    from ministack.core import lambda_runtime

    def credentials(config: dict[str, Any]) -> dict[str, str]:
        account, _ = lambda_runtime._account_region_from_function_config(config)
        return {
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": secret_of(account),
            "AWS_SESSION_TOKEN": "",
        }

    lambda_runtime.execution_credentials = credentials
    if service := sys.modules.get("ministack.services.lambda_svc"):
        vars(service)["execution_credentials"] = credentials
