"""Cron expressions of deployment windows: which minutes do they name?

Seconds, minutes, hours, day of month, month, day of week and, optionally, year, with , - * / ? L W and #.
https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


class BadCron(ValueError):
    """The expression is none; the message says what is wrong with it."""


@dataclass(frozen=True)
class _Field:
    """What a field of the expression is called, what it may hold, and the names that stand for numbers."""

    name: str
    least: int
    most: int
    names: dict[str, int]


_SECONDS, _MINUTES, _HOURS = _Field("seconds", 0, 59, {}), _Field("minutes", 0, 59, {}), _Field("hours", 0, 23, {})
_DAY, _MONTH = _Field("day-of-month", 1, 31, {}), _Field("month", 1, 12, _MONTHS)
_WEEKDAY, _YEAR = _Field("day-of-week", 1, 7, _DAYS), _Field("year", 1970, 2199, {})
_FIELDS = (_SECONDS, _MINUTES, _HOURS, _DAY, _MONTH, _WEEKDAY, _YEAR)


class Cron:
    """One expression."""

    def __init__(self, text: str) -> None:
        """Read it. Raises BadCron."""
        fields = text.upper().split()
        if not 6 <= len(fields) <= 7:
            raise BadCron(
                f"it has {len(fields)} fields; seconds, minutes, hours, day-of-month, month, day-of-week and perhaps a"
                " year are expected."
            )
        self._fields = [*fields, "*"][:7]
        for day in range(1, 8):
            # Every kind of day that there is, so that a mistake shows at once and not on some later day.
            self._all(datetime(2024, 2, day))

    def names(self, moment: datetime) -> bool:
        """Return whether the minute of `moment` is one of those that the expression names."""
        return all(self._all(moment))

    def _all(self, moment: datetime) -> list[bool]:
        _, minutes, hours, day, month, weekday, year = self._fields
        _within(self._fields[0], _SECONDS, 0)
        return [
            _within(minutes, _MINUTES, moment.minute),
            _within(hours, _HOURS, moment.hour),
            _day_of_month(day, moment.date()),
            _within(month, _MONTH, moment.month),
            _day_of_week(weekday, moment.date()),
            _within(year, _YEAR, moment.year),
        ]


def _within(text: str, field: _Field, value: int) -> bool:
    # All of them, so that a mistake in a later part is seen as well.
    found = [_in_part(part, field, value) for part in text.split(",")]
    return any(found)


def _in_part(part: str, field: _Field, value: int) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step)):
        raise BadCron(f"'{part}' in {field.name} has no step after its slash.")
    first, dash, last = span.partition("-")
    if span == "*":
        low, high = field.least, field.most
    elif dash:
        low, high = _number(first, field), _number(last, field)
    else:
        low = _number(first, field)
        high = field.most if slash else low
    # FRI-MON goes round the end of the week.
    size = field.most - field.least + 1
    distance = (value - low) % size
    return distance <= (high - low) % size and distance % int(step or 1) == 0


def _number(text: str, field: _Field) -> int:
    number = field.names.get(text, int(text) if text.isdecimal() else -1)
    if not field.least <= number <= field.most:
        raise BadCron(f"'{text}' is no {field.name}; {field.least} to {field.most} are allowed.")
    return number


def _day_of_month(text: str, day: date) -> bool:
    if text == "?":
        return True
    found = [_is_day(part, day) for part in text.split(",")]
    return any(found)


def _is_day(part: str, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if part == "L":
        return day.day == last
    if part == "LW":
        return day == _nearest_weekday(day.replace(day=last))
    if part.endswith("W"):
        return day == _nearest_weekday(day.replace(day=min(_number(part[:-1], _DAY), last)))
    return _in_part(part, _DAY, day.day)


def _nearest_weekday(day: date) -> date:
    """Saturday goes back, Sunday goes forward, but never into another month."""
    last = calendar.monthrange(day.year, day.month)[1]
    shift = {5: -1 if day.day > 1 else 2, 6: 1 if day.day < last else -2}.get(day.weekday(), 0)
    return day.replace(day=day.day + shift)


def _day_of_week(text: str, day: date) -> bool:
    if text == "?":
        return True
    found = [_is_weekday(part, day) for part in text.split(",")]
    return any(found)


def _is_weekday(part: str, day: date) -> bool:
    number = day.isoweekday() % 7 + 1
    if part == "L":
        return number == 7
    if part.endswith("L"):
        last = calendar.monthrange(day.year, day.month)[1]
        return number == _number(part[:-1], _WEEKDAY) and day.day > last - 7
    weekday, sharp, which = part.partition("#")
    if sharp:
        if which not in ("1", "2", "3", "4", "5"):
            raise BadCron(f"'{part}' in day-of-week names no week; 1 to 5 are allowed after the #.")
        return number == _number(weekday, _WEEKDAY) and (day.day - 1) // 7 + 1 == int(which)
    return _in_part(part, _WEEKDAY, number)
