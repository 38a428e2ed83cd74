"""Reads a rotation from its document, and says which part of it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from helpers.oncall.escalation import NEXT, ON_CALL, Level
from helpers.oncall.people import Away, Person
from helpers.oncall.rotation import Rotation, Turn


class _Person(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    zone: str
    away: list[tuple[date, date]] = []


class _Turn(msgspec.Struct, rename={"begins": "from", "ends": "to"}, forbid_unknown_fields=True):
    begins: str
    ends: str
    people: list[str]


class _Level(msgspec.Struct, forbid_unknown_fields=True):
    to: str
    minutes: float


class _Rotation(msgspec.Struct, forbid_unknown_fields=True):
    begins: date
    people: list[_Person]
    turns: list[_Turn]
    escalation: list[_Level] = []


def rotation(document: Mapping[str, Any]) -> Rotation:
    """Return the rotation that `document` describes.

    {"begins": "2026-11-30",
     "people": [{"name": "Ada", "zone": "Europe/Berlin", "away": [["2026-12-24", "2026-12-26"]]}],
     "turns": [{"from": "07:00", "to": "15:00", "people": ["Ada"]}],          clocks in UTC, a week for each person
     "escalation": [{"to": "on call", "minutes": 5}]}

    Raises ValueError that names the field, what is in it and what was expected.
    """
    try:
        read = msgspec.convert(document, type=_Rotation)
    except msgspec.ValidationError as problem:
        raise ValueError(f"The rotation cannot be read: {problem}.") from None
    people = {each.name: _person(each) for each in read.people}
    if len(people) < len(read.people):
        raise ValueError("Two people of the rotation have the same name.")
    if not read.turns:
        raise ValueError("The rotation has no turns: nobody would ever be on call.")
    turns = tuple(_turn(number, each, people) for number, each in enumerate(read.turns, 1))
    levels = tuple(_level(number, each, people) for number, each in enumerate(read.escalation, 1))
    return Rotation(read.begins, turns, levels)


def _person(read: _Person) -> Person:
    try:
        ZoneInfo(read.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{read.name} lives in {read.zone!r}; it must be a zone such as Europe/Berlin.") from None
    for first, last in read.away:
        if last < first:
            raise ValueError(f"{read.name} is away from {first} to {last}; the first day must come first.")
    return Person(read.name, read.zone, tuple(Away(first, last) for first, last in read.away))


def _turn(number: int, read: _Turn, people: Mapping[str, Person]) -> Turn:
    unknown = [name for name in read.people if name not in people]
    if unknown or not read.people:
        named = f"names {unknown[0]!r}" if unknown else "names nobody"
        raise ValueError(f"Turn {number} {named}; the people are {', '.join(people)}.")
    return Turn(_clock(number, read.begins), _clock(number, read.ends), tuple(people[name] for name in read.people))


def _clock(number: int, text: str) -> time:
    try:
        return time() if text == "24:00" else time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Turn {number} has the clock {text!r}; it must be like 07:00 (UTC).") from None


def _level(number: int, read: _Level, people: Mapping[str, Person]) -> Level:
    if read.to not in (ON_CALL, NEXT, *people):
        raise ValueError(
            f"Level {number} of the escalation calls {read.to!r}; "
            f"it must be {ON_CALL!r}, {NEXT!r} or one of the people."
        )
    if read.minutes <= 0:
        raise ValueError(f"Level {number} of the escalation waits {read.minutes:g} minutes; it must be more than none.")
    return Level(read.to, read.minutes)
