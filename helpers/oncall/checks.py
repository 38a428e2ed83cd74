"""What can be wrong with a rotation, each finding a sentence with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from helpers.oncall.load import load, spread
from helpers.oncall.people import utc
from helpers.oncall.rotation import Rotation, Shift

FAIR = 0.25
"""The largest spread of hours that still passes as fair: a quarter of the mean."""


@dataclass(frozen=True)
class Span:
    """From `start` until `end` (aware, UTC)."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC"


def gaps(shifts: Sequence[Shift], since: date, until: date) -> list[Span]:
    """Return when nobody is on call between the days `since` and `until` (UTC, the latter excluded)."""
    reached, end = utc(since, time()), utc(until, time())
    found: list[Span] = []
    for shift in sorted(shifts, key=lambda each: each.start):
        if min(shift.start, end) > reached:
            found.append(Span(reached, min(shift.start, end)))
        reached = max(reached, shift.end)
    return [*found, Span(reached, end)] if reached < end else found


def overlaps(shifts: Sequence[Shift]) -> list[Span]:
    """Return when more than one person is on call: then each waits for the other."""
    moments = sorted({moment for shift in shifts for moment in (shift.start, shift.end)})
    twice = [
        Span(begin, end)
        for begin, end in pairwise(moments)
        if sum(shift.start <= begin and shift.end >= end for shift in shifts) > 1
    ]
    return _joined(twice)


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def absences(shifts: Sequence[Shift]) -> list[Shift]:
    """Return the shifts of people who are away."""
    return [shift for shift in shifts if shift.person.is_away(shift.start, shift.end)]


def findings(rotation: Rotation, shifts: Sequence[Shift], since: date, until: date, *, fair: float = FAIR) -> list[str]:
    """Return what is wrong with `shifts` as sentences, the gravest first; none if they may be used.

    Args:
        rotation: whose people they are.
        shifts: what is checked.
        since, until: the days (UTC) that must be covered, the latter excluded.
        fair: the largest spread of hours, as a share of the mean.
    """
    return [*_cover(shifts, since, until), *_people(rotation, shifts, fair)]


def _cover(shifts: Sequence[Shift], since: date, until: date) -> Iterator[str]:
    for kind, spans in (("Nobody is", gaps(shifts, since, until)), ("More than one person is", overlaps(shifts))):
        if spans:
            more = f" and {len(spans) - 1} times more" if len(spans) > 1 else ""
            yield f"{kind} on call from {spans[0]}{more}."
    for shift in absences(shifts)[:1]:
        yield f"{shift.person.name} is on call from {Span(shift.start, shift.end)} and away."


def _people(rotation: Rotation, shifts: Sequence[Shift], fair: float) -> Iterator[str]:
    loads = load(rotation.people, shifts)
    for each in loads:
        if each.night:
            yield f"{each.person} is on call for {each.night:g} hours of night (22:00 to 7:00 local time)."
    for what, hours in (("hours", [each.total for each in loads]), ("weekend hours", [each.weekend for each in loads])):
        uneven = spread(hours)
        if uneven is not None and uneven > fair:
            most, least = max(hours), min(hours)
            who = loads[hours.index(most)].person, loads[hours.index(least)].person
            yield f"{who[0]} has {most:g} {what} and {who[1]} {least:g}: that is no fair share."
