"""Reads what StartQuery asks for. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html"""

from __future__ import annotations

import uuid
from typing import Any

from ...scope import Scope
from ...service import ServiceError
from ..names import group_of
from .model import QueryRecord

_MOST_GROUPS = 50
# Seconds do not get that large before the year 5138; callers give milliseconds, too, and AWS takes both.
_LEAST_MILLISECONDS = 10**11


def check_language(request: dict[str, Any]) -> None:
    """Raise InvalidParameterException, naming it, for a query language other than Logs Insights QL."""
    language = request.get("queryLanguage", "CWLI")
    if language != "CWLI":
        raise ServiceError(
            "InvalidParameterException",
            f"The query language {language} is not built in the local cloud; it has CWLI (Logs Insights QL).",
        )


def query(scope: Scope, request: dict[str, Any], now: int) -> QueryRecord:
    """Return the query that `request` starts at `now` (epoch milliseconds). Raises InvalidParameterException."""
    check_language(request)
    start, end = _millis(request["startTime"], 0), _millis(request["endTime"], 999)
    if end < start:
        raise ServiceError("InvalidParameterException", "endTime is before startTime; give the range in epoch seconds.")
    return QueryRecord(
        str(uuid.uuid4()), request["queryString"], _groups(scope, request), start, end, request.get("limit"), now
    )


def _millis(time: int, rest: int) -> int:
    """A time in seconds means all of that second: `rest` is added at the end of the range."""
    return min(time if time >= _LEAST_MILLISECONDS else time * 1000 + rest, 2**62)


def _groups(scope: Scope, request: dict[str, Any]) -> list[str]:
    given = [request[name] for name in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if request.get(name)]
    if len(given) != 1:
        raise ServiceError(
            "InvalidParameterException",
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.",
        )
    names = [given[0]] if isinstance(given[0], str) else given[0]
    if len(names) > _MOST_GROUPS:
        raise ServiceError("InvalidParameterException", f"A query takes at most {_MOST_GROUPS} log groups.")
    return list(dict.fromkeys(group_of(scope, name) for name in names))
