"""The check of a real account's credentials, when the workbook was told to use one."""

from __future__ import annotations

from helpers import aws

from .check import Check

_ASK_LIMIT = 5


def credentials(name: str = "account") -> Check:
    """On AWS: check that the credentials are there and valid, and say whose they are. Elsewhere: nothing to check."""
    try:
        on_aws = aws.backend() == "aws"
    except aws.WorkbookError:
        on_aws = False
    if not on_aws:
        return Check(name, "ok", "no AWS account is used")
    return _on_aws(name)


def _on_aws(name: str) -> Check:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    patience = Config(connect_timeout=_ASK_LIMIT, read_timeout=_ASK_LIMIT, retries={"max_attempts": 1})
    try:
        identity = boto3.session.Session(region_name=aws.region()).client("sts", config=patience).get_caller_identity()
    except (BotoCoreError, ClientError) as problem:
        why = "WORKBOOK_BACKEND is aws: the labs would create things in the account of your AWS credentials."
        repair = "log in (`aws sso login`, AWS_PROFILE), or unset WORKBOOK_BACKEND for the local cloud."
        return Check(name, "problem", f"AWS does not know who you are: {problem}", why, repair)
    what = f"The labs work in AWS account {identity['Account']} as {identity['Arn']}."
    return Check(name, "warning", what, "What they create costs money until their cleanup has run.")
