"""What a rotation asks of each person: hours by day, at night and on weekends, in their own time zones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpers.oncall.people import Person
from helpers.oncall.rotation import Shift

SLICE = timedelta(minutes=15)
"""All zones of today are a multiple of 15 minutes from UTC: a slice is wholly night or wholly day."""


@dataclass(frozen=True)
class Load:
    """Hours on call of one person: working days by day, weekend days, and nights of any day."""

    person: str
    weekday: float
    weekend: float
    night: float

    @property
    def total(self) -> float:
        return self.weekday + self.weekend + self.night


def load(people: Iterable[Person], shifts: Iterable[Shift]) -> list[Load]:
    """Return the load of each of `people`, also of those who have no shift, in their order."""
    listed = list(shifts)
    return [_of(person, [shift for shift in listed if shift.person == person]) for person in people]


def _of(person: Person, shifts: list[Shift]) -> Load:
    hours = {"weekday": 0.0, "weekend": 0.0, "night": 0.0}
    for shift in shifts:
        moment = shift.start
        while moment < shift.end:
            end = min(moment + SLICE, shift.end)
            hours[_kind(person, moment)] += (end - moment).total_seconds() / 3600
            moment = end
    return Load(person.name, **hours)


def _kind(person: Person, moment: datetime) -> str:
    if person.sleeps(moment):
        return "night"
    return "weekend" if person.local(moment).weekday() >= 5 else "weekday"


def spread(hours: Iterable[float]) -> float | None:
    """Return how unequal a load is: the largest less the smallest, as a share of the mean; None without any load."""
    listed = list(hours)
    total = sum(listed)
    return (max(listed) - min(listed)) * len(listed) / total if total else None
