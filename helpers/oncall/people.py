"""The people of a rotation: where they live, and when they are away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

NIGHT = (time(22), time(7))
"""Local times from when and until when nobody should be called."""


@dataclass(frozen=True)
class Away:
    """Days (both included, in the person's own calendar) on which somebody is not there."""

    first: date
    last: date


@dataclass(frozen=True)
class Person:
    """Somebody who can be called; `zone` is a name of the IANA time zone database ("Europe/Berlin")."""

    name: str
    zone: str
    away: tuple[Away, ...] = ()

    @cached_property
    def _place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment as this person's clock shows it."""
        return moment.astimezone(self._place)

    def sleeps(self, moment: datetime) -> bool:
        """Return whether it is night for this person (22:00 to 7:00, whatever summer time does)."""
        clock = self.local(moment).time()
        return clock >= NIGHT[0] or clock < NIGHT[1]

    def is_away(self, begin: datetime, end: datetime) -> bool:
        """Return whether the person is away on any day that touches `begin` to `end` (aware, end excluded)."""
        first, last = self.local(begin).date(), self.local(end - timedelta(microseconds=1)).date()
        return any(first <= each.last and last >= each.first for each in self.away)


def utc(day: date, clock: time) -> datetime:
    """Return the moment of a UTC clock on a UTC day."""
    return datetime.combine(day, clock, UTC)
