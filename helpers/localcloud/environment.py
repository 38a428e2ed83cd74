"""The environment that makes any tool talk to the local cloud: AWS's variables, and git's configuration."""

from __future__ import annotations

import os

_HELPER = '!f() { test "$1" = get && echo "username=$AWS_ACCESS_KEY_ID" && echo "password=$AWS_SECRET_ACCESS_KEY"; }; f'


def child_environment(endpoint: str, account: str, secret: str, region: str) -> dict[str, str]:
    """Return the variables for a child process that acts as `account` in `region` at `endpoint`.

    git is configured through GIT_CONFIG_* only (git-config(1)), so that nobody's own configuration is written.
    """
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **_git_configuration(endpoint),
    }


def _git_configuration(endpoint: str) -> dict[str, str]:
    settings = [
        (f"url.{endpoint}/git/.insteadOf", "https://git-codecommit."),
        # An empty helper clears those of the user, who would otherwise be asked to keep our keys.
        (f"credential.{endpoint}.helper", ""),
        (f"credential.{endpoint}.helper", _HELPER),
    ]
    variables = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_TERMINAL_PROMPT": "0"}
    for number, (key, value) in enumerate(settings):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
