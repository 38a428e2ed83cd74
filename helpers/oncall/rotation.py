"""A rotation: turns of the day that people take week by week, and the shifts that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from helpers.oncall.escalation import Level
from helpers.oncall.people import Person, utc

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shift:
    """One person on call from `start` until `end` (aware, UTC; end excluded)."""

    person: Person
    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True)
class Turn:
    """A part of each day in UTC, taken for a week at a time by `people` in their order; who is away is passed over."""

    begins: time
    ends: time
    people: tuple[Person, ...]

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return the moments between which the turn of `day` lies; the same clock twice is a whole day."""
        start, end = utc(day, self.begins), utc(day, self.ends)
        return start, end if end > start else end + DAY

    def order(self, week: int) -> tuple[Person, ...]:
        """Return the people in the order in which they are asked in the given week (0 is the first)."""
        first = week % len(self.people)
        return self.people[first:] + self.people[:first]


@dataclass(frozen=True)
class Rotation:
    """Who is on call when, from the day `begins` on, and who is called when nobody answers."""

    begins: date
    turns: tuple[Turn, ...]
    escalation: tuple[Level, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who takes part, once, in the order of the turns."""
        return tuple(dict.fromkeys(person for turn in self.turns for person in turn.people))

    def shifts(self, since: date, until: date) -> list[Shift]:
        """Return the shifts that touch the days from `since` until before `until` (UTC), in order.

        Nobody is on call before the rotation begins, nor in a turn for which all of its people are away.
        """
        begin, end = utc(since, time()), utc(until, time())
        found = [shift for shift in self._all(since - DAY, until) if shift.end > begin and shift.start < end]
        return sorted(found, key=lambda shift: (shift.start, shift.end, shift.person.name))

    def _all(self, since: date, until: date) -> Iterator[Shift]:
        day = max(since, self.begins)
        while day < until:
            for turn in self.turns:
                start, end = turn.on(day)
                ready = (each for each in turn.order((day - self.begins).days // 7) if not each.is_away(start, end))
                yield from (Shift(person, start, end) for person in list(ready)[:1])
            day += DAY

    def on_call(self, moment: datetime) -> list[Person]:
        """Return who can be called at `moment`, best first: who has the shift, then who would stand in."""
        day = moment.date()
        for turn in self.turns:
            for start in (day - DAY, day):
                begin, end = turn.on(start)
                if start >= self.begins and begin <= moment < end:
                    order = turn.order((start - self.begins).days // 7)
                    return [person for person in order if not person.is_away(begin, end)]
        return []
