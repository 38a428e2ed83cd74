"""Periods ("5m", "1 day") of bin, datefloor and dateceil.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

from __future__ import annotations

import re

from .errors import MalformedQuery
from .language import Duration
from .values import Kind, Value

_MILLISECONDS = {
    "ms": 1,
    "msec": 1,
    "millisecond": 1,
    "s": 1000,
    "sec": 1000,
    "second": 1000,
    "m": 60_000,
    "min": 60_000,
    "minute": 60_000,
    "h": 3_600_000,
    "hr": 3_600_000,
    "hour": 3_600_000,
    "d": 86_400_000,
    "day": 86_400_000,
    "w": 604_800_000,
    "week": 604_800_000,
}
_MONTHS = {"mo": 1, "mon": 1, "month": 1, "q": 3, "qtr": 3, "quarter": 3, "y": 12, "yr": 12, "year": 12}
_MOST_DIGITS = 6


def floor(time: Value, period: Duration) -> Value:
    """Return the start of the period that `time` is in; fixed periods are counted from the epoch, in UTC.

    Raises MalformedQuery for a period of nothing or of millions of units.
    """
    count, unit = _parts(period)
    if unit in _MONTHS:
        instant = f"make_timestamp({time.millis()} * 1000)"
        start = f"TRY(epoch_ms(time_bucket(to_months({count * _MONTHS[unit]}), {instant})))"
        return Value(start, Kind.TIME)
    step = count * _MILLISECONDS[unit]
    return Value(f"CAST(floor({time.millis()} / {step}) AS BIGINT) * {step}", Kind.TIME)


def ceiling(time: Value, period: Duration) -> Value:
    """Return the first start of a period that is not before `time`."""
    count, unit = _parts(period)
    before = Value(f"({time.millis()} - 1)", Kind.TIME)
    start = floor(before, period).sql
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        return Value(f"TRY(epoch_ms(make_timestamp({start} * 1000) + to_months({months})))", Kind.TIME)
    return Value(f"({start} + {count * _MILLISECONDS[unit]})", Kind.TIME)


def _parts(period: Duration) -> tuple[int, str]:
    match = re.match(r"(\d+)\s*([a-z]+)", period.text.lower())
    assert match, f"the grammar lets no other period through: {period.text}"
    digits, unit = match.groups()
    if len(digits) > _MOST_DIGITS or int(digits) == 0:
        raise MalformedQuery(f"The period {period.text[:40]} must be 1 to 999999 units.", period.span)
    known = unit in _MILLISECONDS or unit in _MONTHS
    return int(digits), unit if known else unit.removesuffix("s")
