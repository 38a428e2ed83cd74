"""One request of a customer, as the customer saw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("start", "seconds", "status", "version", "error")


@dataclass(frozen=True, slots=True)
class Request:
    """When it was due (epoch seconds), how long it took, and what came of it.

    `status` is None without an answer; `error` then says why in a few words. `version` is what answered.
    """

    start: float
    seconds: float
    status: int | None
    version: str = ""
    error: str = ""


def failed(request: Request) -> bool:
    """Return whether a customer was hurt: no answer, or one of 500 and more."""
    return request.status is None or request.status >= 500


def outcome(problem: Exception) -> str:
    """Return in a few words why a request had no answer."""
    from urllib3 import exceptions

    if isinstance(problem, exceptions.NewConnectionError):
        return "no connection"
    if isinstance(problem, exceptions.TimeoutError):
        return "no answer in time"
    if isinstance(problem, exceptions.ProtocolError | ConnectionError):
        return "connection lost"
    return type(problem).__name__


def table(requests: Iterable[Request]) -> pd.DataFrame:
    """Return the requests as a table, the earliest first; `start` in UTC, `status` an integer that may be missing."""
    import pandas as pd

    rows = [astuple(request) for request in sorted(requests, key=lambda request: request.start)]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["start"] = pd.to_datetime(found["start"], unit="s", utc=True)
    return found.astype({"seconds": "float64", "status": "Int64", "version": "str", "error": "str"})
