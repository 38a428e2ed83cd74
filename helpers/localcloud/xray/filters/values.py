"""The keywords of filter expressions, by the kind of value they have, and how values are compared.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from ..indexing import Scalar

FLAGS = frozenset({"ok", "error", "throttle", "fault", "partial"})
NUMBERS = frozenset({"responsetime", "duration", "http.status"})
TEXTS = frozenset({"http.url", "http.method", "http.useragent", "http.clientip", "user", "name", "type"})
# Keywords that AWS has and the local cloud does not.
LACKING = frozenset(
    {
        "availabilityzone",
        "coverage",
        "first",
        "group",
        "index",
        "inferred",
        "instance",
        "json",
        "last",
        "message",
        "remote",
        "resource",
        "root",
        "rootcause",
    }
)
EQUALITY = frozenset({"=", "!="})
ORDER = frozenset({"<", "<=", ">", ">="})
TEXTUAL = frozenset({"CONTAINS", "BEGINSWITH", "ENDSWITH"})

_NUMERIC: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXTUAL: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "CONTAINS": operator.contains,
    "BEGINSWITH": str.startswith,
    "ENDSWITH": str.endswith,
}


def kind_of(value: Scalar) -> str:
    """Return what `value` is, as a message says it."""
    if isinstance(value, bool):
        return "true or false"
    return "a string" if isinstance(value, str) else "a number"


def operators_for(kind: str) -> frozenset[str]:
    """Return the operators that values of `kind` (as `kind_of` says) can be compared with."""
    if kind == "true or false":
        return EQUALITY
    return EQUALITY | (TEXTUAL if kind == "a string" else ORDER)


def holds(seen: Scalar, operator_: str, wanted: Scalar) -> bool:
    """Return whether `seen` compares so with `wanted`; values of two kinds differ and are in no order."""
    if kind_of(seen) != kind_of(wanted):
        return operator_ == "!="
    if isinstance(seen, str):
        return _TEXTUAL[operator_](seen, str(wanted))
    return _NUMERIC[operator_](float(seen), float(wanted))
