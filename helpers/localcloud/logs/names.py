"""Names and ARNs of groups and streams. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"""

from __future__ import annotations

import re
from typing import Any

from ..scope import Scope
from ..service import ServiceError

_GROUP = r"[\.\-_/#A-Za-z0-9]+"
_STREAM = r"[^:*]*"


def group_arn(scope: Scope, name: str) -> str:
    """Return the ARN of a log group, as tags and policies name it (without the ":*" of its streams)."""
    return scope.arn("logs", f"log-group:{name}")


def check_group_name(name: str) -> None:
    """Raise ServiceError unless `name` may be that of a log group."""
    _check(name, "logGroupName", _GROUP)
    if name.startswith("aws/"):
        raise ServiceError("InvalidParameterException", "Log group names can't start with the string aws/")


def check_stream_name(name: str) -> None:
    """Raise ServiceError unless `name` may be that of a log stream."""
    _check(name, "logStreamName", _STREAM)


def check_filter_name(name: str) -> None:
    """Raise ServiceError unless `name` may be that of a metric or subscription filter."""
    _check(name, "filterName", _STREAM)


def requested_group(scope: Scope, request: dict[str, Any]) -> str:
    """Return the name of the log group that `logGroupName` or `logGroupIdentifier` gives.

    Raises ServiceError if none or both are there, or the identifier is an ARN of another account or region.
    """
    name, identifier = request.get("logGroupName"), request.get("logGroupIdentifier")
    if (name is None) == (identifier is None):
        raise ServiceError(
            "InvalidParameterException", "Exactly one of logGroupName and logGroupIdentifier must be specified."
        )
    return name if name is not None else group_of(scope, str(identifier))


def group_of(scope: Scope, identifier: str) -> str:
    """Return the name in an identifier, which is a name or an ARN with or without ":*". Raises ServiceError."""
    if not identifier.startswith("arn:"):
        return identifier
    prefix = group_arn(scope, "")
    if not identifier.startswith(prefix):
        raise ServiceError(
            "InvalidParameterException",
            f"{identifier} is not the ARN of a log group of this account and region; such a one starts with {prefix}",
        )
    return identifier[len(prefix) :].removesuffix(":*")


def _check(name: str, member: str, pattern: str) -> None:
    if not re.fullmatch(pattern, name):
        raise ServiceError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint:"
            f" Member must satisfy regular expression pattern: {pattern}",
        )
