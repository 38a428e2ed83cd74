"""A filter expression that has been read."""

from __future__ import annotations

from typing import Any

from lark.exceptions import VisitError

from ..trace import Trace
from .parser import FilterError, parse
from .reader import Reader
from .requests import OnEdge, OnService
from .subjects import OfTrace


class Filter:
    """Which traces are meant."""

    def __init__(self, expression: str, account: str) -> None:
        """Read `expression`; `account` (12 digits) is whose traces it will be asked of. Raises FilterError."""
        self._condition = _read(expression, account)

    def matches(self, trace: Trace) -> bool:
        """Return whether the expression holds for `trace`."""
        return bool(self._condition(OfTrace(trace)))


class Selector:
    """Which requests are meant: service(...) or edge(...) alone, as GetTimeSeriesServiceStatistics takes them."""

    def __init__(self, expression: str, account: str) -> None:
        """Read `expression`. Raises FilterError."""
        condition = _read(expression, account)
        if not isinstance(condition, OnService | OnEdge):
            raise FilterError("only service(...) or edge(...) selects what statistics are of", 1, 1)
        self.of_edges = isinstance(condition, OnEdge)
        self.requests = condition.requests


def _read(expression: str, account: str) -> Any:
    try:
        return Reader(account).transform(parse(expression))
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise FilterError("the expression is nested too deeply", 1, 1) from None
