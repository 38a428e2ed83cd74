"""Points in time in the three forms that models name: unixtimestamp, iso8601 and rfc822."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def in_utc(value: datetime | float) -> datetime:
    """Return `value`, a datetime (a naive one is taken for UTC) or seconds since 1970, as a datetime in UTC."""
    if not isinstance(value, datetime):
        return _EPOCH + timedelta(microseconds=round(value * 1_000_000))
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def epoch_seconds(value: datetime | float) -> int | float:
    """Return the seconds since 1970, a whole number where it is one."""
    microseconds = (in_utc(value) - _EPOCH) // timedelta(microseconds=1)
    return microseconds // 1_000_000 if microseconds % 1_000_000 == 0 else microseconds / 1_000_000


def write(value: datetime | float, form: str) -> str | int | float:
    """Return `value` in `form`: seconds for unixtimestamp, else text."""
    if form == "unixTimestamp" or form == "unixtimestamp":
        return epoch_seconds(value)
    moment = in_utc(value)
    if form == "iso8601":
        return moment.replace(tzinfo=None).isoformat() + "Z"
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


def read(value: str | int | float) -> datetime:
    """Return the datetime in UTC that `value` tells, in any of the forms. Raises ValueError if it tells none."""
    try:
        if isinstance(value, (int, float)):
            return in_utc(_finite(value))
        return _read_text(value.strip())
    except OverflowError:
        raise ValueError(f"'{value}' is out of the range of dates") from None


def _read_text(text: str) -> datetime:
    try:
        return in_utc(_finite(float(text)))
    except ValueError:
        pass
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError:
        pass
    try:
        return in_utc(parsedate_to_datetime(text))
    except (TypeError, ValueError, IndexError):
        raise ValueError(f"'{text}' is no date") from None


def _finite(seconds: float) -> float:
    if not math.isfinite(seconds):
        raise ValueError(f"'{seconds}' is no date")
    return seconds
