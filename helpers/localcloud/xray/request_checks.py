"""What questions about traces have in common: a range of time, ids of traces, a filter expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..service import ServiceError
from .fields import is_trace_id, shown

if TYPE_CHECKING:
    from .filters import Filter, Selector

HOUR = 3600.0
# What AWS answers with "Time range cannot be longer than ..." beyond.
LONGEST_SUMMARIES = 24 * HOUR
LONGEST_GRAPH = 6 * HOUR


def time_range(request: dict[str, Any], longest: float) -> tuple[float, float]:
    """Return StartTime and EndTime of `request` in epoch seconds; `longest` is in seconds.

    Raises ServiceError (InvalidRequestException) if they are no range, or a longer one.
    """
    start, end = request["StartTime"].timestamp(), request["EndTime"].timestamp()
    if start > end:
        raise invalid(f"StartTime ({request['StartTime']}) is after EndTime ({request['EndTime']}).")
    if end - start > longest:
        hours = int(longest / HOUR)
        raise invalid(f"Time range cannot be longer than {hours} hours; ask for several ranges.")
    return start, end


def trace_ids(request: dict[str, Any]) -> list[str]:
    """Return the TraceIds of `request`. Raises ServiceError (InvalidRequestException) for what is none."""
    if request.get("NextToken"):
        raise invalid("NextToken is currently not supported.")
    ids: list[str] = request["TraceIds"]
    if wrong := next((id_ for id_ in ids if not is_trace_id(id_)), None):
        raise invalid(f"{shown(wrong)} is no trace id; its form is 1-<8 hexadecimal digits>-<24 hexadecimal digits>.")
    return ids


def filter_of(expression: str | None, account: str) -> Filter | None:
    """Return the filter, None if there is no expression.

    Raises ServiceError (InvalidRequestException) that says where the expression cannot be read.
    """
    from .filters import Filter, FilterError

    try:
        return None if expression is None else Filter(expression, account)
    except FilterError as error:
        raise invalid(f"Invalid filter expression {error}.") from None


def selector_of(expression: str, account: str) -> Selector:
    """Return the selector of services or edges. Raises ServiceError (InvalidRequestException)."""
    from .filters import FilterError, Selector

    try:
        return Selector(expression, account)
    except FilterError as error:
        raise invalid(f"Invalid entity selector expression {error}.") from None


def invalid(message: str) -> ServiceError:
    """Return the refusal of a request that X-Ray cannot make sense of."""
    return ServiceError("InvalidRequestException", message)
