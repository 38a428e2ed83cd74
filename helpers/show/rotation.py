"""Who is on call when, on everybody's own clock: bars over the nights of each person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from helpers.show.picture import Picture, figure, svg, words
from helpers.show.plot import WIDTH, legend
from helpers.show.status import BLUE, RED, hatch_definitions

if TYPE_CHECKING:
    from helpers.oncall import Person, Shift

LEFT, TOLD, ROW, TOP = 130, 116, 30, 52
SLICE = timedelta(hours=1)
TEXT_SLICE = timedelta(hours=4)
Run = tuple[datetime, datetime]


def rotation(
    people: Sequence[Person], shifts: Sequence[Shift], since: date, until: date, title: str = "On call"
) -> Picture:
    """Return the days from `since` until before `until` (UTC): a row for each person, on call or not, awake or asleep.

    A bar over a night of the person who is on call is hatched and red: somebody may be woken.
    """
    begin, end = (datetime.combine(day, time(), UTC) for day in (since, until))
    return figure(_draw(people, shifts, begin, end, title), _write(people, shifts, begin, end, title))


def _hours(begin: datetime, end: datetime, length: timedelta) -> list[datetime]:
    return [begin + length * number for number in range(int((end - begin) / length))]


def _runs(moments: Sequence[datetime], flags: Sequence[bool], length: timedelta) -> list[Run]:
    runs: list[Run] = []
    for moment, flag in zip(moments, flags, strict=True):
        if flag and runs and runs[-1][1] == moment:
            runs[-1] = runs[-1][0], moment + length
        elif flag:
            runs.append((moment, moment + length))
    return runs


def _parts(person: Person, shifts: Sequence[Shift], begin: datetime, end: datetime) -> tuple[list[Run], ...]:
    """Return when the person sleeps, is on call awake, and is on call at night."""
    hours = _hours(begin, end, SLICE)
    nights = [person.sleeps(hour) for hour in hours]
    own = [shift for shift in shifts if shift.person == person]
    called = [any(shift.start <= hour < shift.end for shift in own) for hour in hours]
    by_day = [on and not night for on, night in zip(called, nights, strict=True)]
    by_night = [on and night for on, night in zip(called, nights, strict=True)]
    return tuple(_runs(hours, flags, SLICE) for flags in (nights, by_day, by_night))


def _total(runs: Sequence[Run]) -> float:
    return sum((end - begin).total_seconds() for begin, end in runs) / 3600


def _draw(people: Sequence[Person], shifts: Sequence[Shift], begin: datetime, end: datetime, title: str) -> str:
    height = TOP + ROW * len(people) + 40
    per_hour = (WIDTH - LEFT - TOLD) / ((end - begin).total_seconds() / 3600)
    body = [hatch_definitions(), words(0, 16, title, extra=' font-weight="600"')]
    body.append(_days(begin, end, per_hour, TOP + ROW * len(people)))
    told = []
    for number, person in enumerate(people):
        nights, by_day, by_night = _parts(person, shifts, begin, end)
        y = TOP + ROW * number
        body.append(words(LEFT - 10, y + 13, person.name, anchor="end"))
        body.append(words(LEFT - 10, y + 25, person.zone.split("/")[-1].replace("_", " "), anchor="end", size=10))
        for runs, kind in ((nights, "night"), (by_day, "on call"), (by_night, "at night")):
            body += [_bar(run, begin, per_hour, y, kind) for run in runs]
        hours = f"{_total(by_day) + _total(by_night):g} h, {_total(by_night):g} at night"
        body.append(words(WIDTH - TOLD + 8, y + 18, hours, size=11))
        told.append(f"{person.name} {hours}")
    body.append(legend(LEFT, height - 10, [(_shape(0, 0, 22, 12, kind), said) for kind, said in _KINDS.items()]))
    return svg(WIDTH, height, "".join(body), f"{title}: {'; '.join(told)}")


_KINDS = {"night": "night there", "on call": "on call", "at night": "on call at night"}


def _days(begin: datetime, end: datetime, per_hour: float, bottom: float) -> str:
    roomy = 24 * per_hour > 44
    parts = []
    for day in _hours(begin, end, timedelta(days=1)):
        x = LEFT + (day - begin).total_seconds() / 3600 * per_hour
        parts.append(f'<path d="M{x:.1f} {TOP - 6} V{bottom:g}" stroke="currentColor" opacity=".25"/>')
        label = f"{day:%a} {day.day}" if roomy or day.weekday() == 0 else f"{day.day}"
        parts.append(words(x + 12 * per_hour, TOP - 10, label, anchor="middle", size=11))
    return "".join(parts)


def _bar(run: Run, begin: datetime, per_hour: float, y: float, kind: str) -> str:
    x = LEFT + (run[0] - begin).total_seconds() / 3600 * per_hour
    wide = (run[1] - run[0]).total_seconds() / 3600 * per_hour
    return _shape(x, y + 5, wide, ROW - 10, kind)


def _shape(x: float, y: float, width: float, height: float, kind: str) -> str:
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    if kind == "night":
        return f'<rect {place} fill="currentColor" opacity=".15"/>'
    solid = f'<rect {place} fill="{BLUE if kind == "on call" else RED}"/>'
    return solid + (f'<rect {place} fill="url(#wb-slant)" opacity=".55"/>' if kind == "at night" else "")


def _write(people: Sequence[Person], shifts: Sequence[Shift], begin: datetime, end: datetime, title: str) -> str:
    wide = max((len(person.name) for person in people), default=0)
    slots = _hours(begin, end, TEXT_SLICE)
    per_day = int(timedelta(days=1) / TEXT_SLICE)
    head = "".join(f"{day:%a} {day.day}"[:per_day].ljust(per_day + 1) for day in slots[::per_day])
    lines = [f"{title} (# on call, ! on call at night, - night; four hours a sign, UTC)", f"  {'':<{wide}}  {head}"]
    for person in people:
        signs = [_sign(person, shifts, slot) for slot in slots]
        days = ["".join(signs[first : first + per_day]) for first in range(0, len(signs), per_day)]
        lines.append(f"  {person.name:<{wide}}  {' '.join(days)}  {person.zone}".rstrip())
    return "\n".join(lines)


def _sign(person: Person, shifts: Sequence[Shift], slot: datetime) -> str:
    """Return the sign of four hours; a night in any of them that may be woken shows."""
    hours = _hours(slot, slot + TEXT_SLICE, SLICE)
    own = [shift for shift in shifts if shift.person == person]
    called = [hour for hour in hours if any(shift.start <= hour < shift.end for shift in own)]
    if any(person.sleeps(hour) for hour in called):
        return "!"
    if called:
        return "#"
    return "-" if all(person.sleeps(hour) for hour in hours) else " "
