"""When a mute rule is active: "cron(0 2 * * SUN)" or "at(2026-11-24T14:00)", with a duration. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=15)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DURATION = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?", re.ASCII)


class ScheduleError(ValueError):
    """The schedule is not one; the text says why."""


@dataclass(frozen=True)
class Cron:
    """The minutes, hours, days of the month, months and days of the week (0: Sunday) at which it begins."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    both_days: bool

    def on(self, day: datetime) -> bool:
        """Return whether it begins on `day`. As in cron, days of month and week add up when both are given."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (in_month or in_week) if self.both_days else (in_month and in_week)


def begun(expression: str, zone: str, now: datetime, length: timedelta) -> datetime | None:
    """Return the latest beginning at or before `now` whose `length` is not over, or None. Raises ScheduleError."""
    schedule, place = parse(expression), zone_of(zone)
    moments: Iterator[datetime]
    if isinstance(schedule, datetime):
        moments = iter([schedule.replace(tzinfo=place)])
    else:
        moments = _backwards(schedule, now.astimezone(place), length)
    found = next((moment for moment in moments if moment <= now), None)
    return found.astimezone(UTC) if found and now - found < length else None


def is_over(expression: str, zone: str, now: datetime, length: timedelta) -> bool:
    """Return whether the schedule begins never again and its last mute has ended."""
    schedule = parse(expression)
    return isinstance(schedule, datetime) and schedule.replace(tzinfo=zone_of(zone)) + length <= now


@lru_cache(256)
def parse(expression: str) -> Cron | datetime:
    """Return the cron schedule, or the one moment (without a zone), that `expression` says. Raises ScheduleError."""
    kind, _, inner = expression.partition("(")
    if kind == "at" and inner.endswith(")"):
        try:
            return datetime.strptime(inner[:-1], "%Y-%m-%dT%H:%M")
        except ValueError:
            raise ScheduleError(f"{expression!r} is not a moment like at(2026-11-24T14:00).") from None
    fields = inner[:-1].split()
    if kind != "cron" or not inner.endswith(")") or len(fields) != 5:
        raise ScheduleError(
            f"{expression!r} is neither cron(minutes hours day-of-month month day-of-week) nor at(yyyy-MM-ddThh:mm)."
        )
    minutes, hours, days, months, weekdays = fields
    return Cron(
        _values("minutes", minutes, 0, 59),
        _values("hours", hours, 0, 23),
        _values("day-of-month", days, 1, 31),
        _values("month", months, 1, 12, _MONTHS),
        tuple(day % 7 for day in _values("day-of-week", weekdays, 0, 7, _DAYS)),
        days != "*" and weekdays != "*",
    )


def duration_of(text: str) -> timedelta:
    """Return the duration that ISO 8601 `text` ("PT4H", "P2DT12H") says. Raises ScheduleError."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ScheduleError(f"{text!r} is not a duration like PT4H or P2DT12H.")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    # Numbers of any length are digits, too: they must not overflow.
    length = timedelta(minutes=min(days * 1440 + hours * 60 + minutes, 10**6))
    if not SHORTEST <= length <= LONGEST:
        raise ScheduleError(f"The duration {text} is not between PT1M and P15D.")
    return length


def zone_of(name: str) -> tzinfo:
    """Return the time zone `name` ("Europe/London"). Raises ScheduleError."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(f"There is no time zone {name!r}; one is named like Europe/London.") from None


def _backwards(cron: Cron, now: datetime, length: timedelta) -> Iterator[datetime]:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(length.days + 2):
        if cron.on(day):
            for hour in reversed(cron.hours):
                yield from (day.replace(hour=hour, minute=minute) for minute in reversed(cron.minutes))
        day = (day - timedelta(days=1)).replace(hour=0, minute=0)


def _values(field: str, text: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if part == "*":
            found.update(range(low, high + 1))
            continue
        start = _number(field, first, low, high, names)
        found.update(range(start, (_number(field, last, low, high, names) if dash else start) + 1))
    if not found:
        raise ScheduleError(f"{text!r} names no {field}.")
    return tuple(sorted(found))


def _number(field: str, text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text.upper() in names:
        return names.index(text.upper()) + (1 if len(names) == 12 else 0)
    if text.isascii() and text.isdigit() and low <= int(text[:4]) <= high:
        return int(text[:4])
    raise ScheduleError(f"{text!r} is not a value for {field}: numbers from {low} to {high}, *, - and , are taken.")
