"""The functions of stats, which summarise many events.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html#CWL_QuerySyntax-stats-functions
"""

from __future__ import annotations

from collections.abc import Callable

from .errors import MalformedQuery
from .language import Call, Everything, Number
from .relation import Relation
from .values import Kind, Value

_NUMERIC = {"avg": "avg", "sum": "sum", "stddev": "stddev_samp"}
_EXTREME = {"min": "min", "max": "max"}
_ALPHABETIC = {"sortsfirst": "min", "sortslast": "max"}
_IN_TIME = {"earliest": "arg_min", "latest": "arg_max"}
_PERCENTILE = frozenset({"pct", "percentile"})
NAMES = frozenset({"count", "count_distinct", *_NUMERIC, *_EXTREME, *_ALPHABETIC, *_IN_TIME, *_PERCENTILE})

Argument = Callable[[], Value]


def aggregate(relation: Relation, call: Call, argument: Argument, *, of_events: bool) -> Value:
    """Return the value of `call` over a group of rows; `argument` gives the value of its first argument in a row.

    A percentile is interpolated between the two nearest values. `of_events`: the rows are log events, which have a
    place in time. Raises MalformedQuery for other arguments than the function takes.
    """
    if call.name == "count" and call.arguments in ((), (Everything(),)):
        return Value("CAST(count(*) AS DOUBLE)", Kind.NUMBER)
    expected = 2 if call.name in _PERCENTILE else 1
    if len(call.arguments) != expected:
        form = f"{call.written}(field, 95)" if expected == 2 else f"{call.written}(field)"
        raise MalformedQuery(f"{call.written} is written {form}.", call.span)
    if call.name in _PERCENTILE:
        return Value(f"quantile_cont({relation.number(argument())}, {_fraction(call)})", Kind.NUMBER)
    if call.name in _IN_TIME and not of_events:
        raise MalformedQuery(f"{call.written} needs log events: it belongs into the first stats.", call.span)
    return _of_one(relation, call.name, argument())


def _of_one(relation: Relation, name: str, value: Value) -> Value:
    if name == "count":
        return Value(f"CAST(count({value.text()}) AS DOUBLE)", Kind.NUMBER)
    if name == "count_distinct":
        return Value(f"CAST(count(DISTINCT {value.text()}) AS DOUBLE)", Kind.NUMBER)
    if name in _ALPHABETIC:
        return Value(f"{_ALPHABETIC[name]}({value.text()})", Kind.TEXT)
    if name in _IN_TIME:
        return Value(f"{_IN_TIME[name]}({value.sql}, (t, seq))", value.kind)
    if name in _EXTREME and value.kind is Kind.TIME:
        return Value(f"{_EXTREME[name]}({value.sql})", Kind.TIME)
    function = _EXTREME.get(name) or _NUMERIC[name]
    return Value(f"{function}({relation.number(value)})", Kind.NUMBER)


def _fraction(call: Call) -> float:
    percent = call.arguments[1]
    if isinstance(percent, Number) and 0 <= float(percent.digits) <= 100:
        return float(percent.digits) / 100
    raise MalformedQuery(f"The second argument of {call.written} is a number from 0 to 100.", percent.span)
