"""Shifts that follow from a rotation, and what can be wrong with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.oncall import Shift, absences, findings, gaps, load, overlaps, rotation, spread

SINCE, UNTIL = date(2026, 11, 30), date(2027, 11, 29)

PEOPLE = [
    {"name": "Mei", "zone": "Asia/Singapore"}, {"name": "Kenji", "zone": "Asia/Tokyo"},
    {"name": "Ada", "zone": "Europe/Berlin"}, {"name": "Tom", "zone": "Europe/London"},
    {"name": "Liz", "zone": "America/New_York"}, {"name": "Ben", "zone": "America/Los_Angeles"},
]  # fmt: skip
TURNS = [
    {"from": "00:00", "to": "08:00", "people": ["Mei", "Kenji"]},
    {"from": "08:00", "to": "16:00", "people": ["Ada", "Tom"]},
    {"from": "16:00", "to": "00:00", "people": ["Liz", "Ben"]},
]


def document(**changes: Any) -> dict[str, Any]:
    return {"begins": "2026-11-30", "people": PEOPLE, "turns": TURNS} | changes


def found(changes: dict[str, Any], since: date = SINCE, until: date = UNTIL) -> list[str]:
    plan = rotation(document(**changes))
    return findings(plan, plan.shifts(since, until), since, until)


def turns(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {"turns": [{"from": begin, "to": end, "people": who.split()} for begin, end, who in rows]}


def test_a_plan_that_follows_the_sun_has_nothing_wrong_through_a_year_of_clock_changes() -> None:
    assert found({}) == []


def test_people_take_turns_by_the_week() -> None:
    shifts = rotation(document()).shifts(SINCE, SINCE + timedelta(days=21))
    by_day = [shift.person.name for shift in shifts if shift.start.hour == 8]
    assert by_day == ["Ada"] * 7 + ["Tom"] * 7 + ["Ada"] * 7


def test_a_turn_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    plan = rotation(document(**turns(("20:00", "08:00", "Mei"), ("08:00", "20:00", "Ada"))))
    first = plan.shifts(date(2026, 12, 1), date(2026, 12, 2))[0]
    assert (first.person.name, first.start, first.hours) == ("Mei", datetime(2026, 11, 30, 20, tzinfo=UTC), 12)


def test_nobody_is_on_call_before_the_rotation_begins() -> None:
    assert rotation(document()).shifts(date(2026, 11, 1), SINCE) == []
    assert found({}, since=date(2026, 11, 29))[0] == (
        "Nobody is on call from 2026-11-29 00:00 to 2026-11-30 00:00 UTC."
    )


def test_who_is_away_is_passed_over_and_alone_leaves_a_gap() -> None:
    away = [each | ({"away": [["2026-12-01", "2026-12-02"]]} if each["name"] == "Ada" else {}) for each in PEOPLE]
    plan = rotation(document(people=away))
    week = plan.shifts(SINCE, date(2026, 12, 4))
    assert [shift.person.name for shift in week if shift.start.hour == 8] == ["Ada", "Tom", "Tom", "Ada"]
    alone = turns(*[(turn["from"], turn["to"], turn["people"][0]) for turn in TURNS])  # type: ignore[arg-type]
    assert found({"people": away} | alone, until=date(2026, 12, 7))[0] == (
        "Nobody is on call from 2026-12-01 08:00 to 2026-12-01 16:00 UTC and 1 times more."
    )


def test_gaps_and_overlaps_are_told_with_their_times() -> None:
    early = turns(("00:00", "08:00", "Mei Kenji"), ("09:00", "16:00", "Ada Tom"), ("15:30", "00:00", "Liz Ben"))
    told = found(early)
    assert told[0] == "Nobody is on call from 2026-11-30 08:00 to 2026-11-30 09:00 UTC and 363 times more."
    assert told[1].startswith("More than one person is on call from 2026-11-30 15:30 to 2026-11-30 16:00 UTC")


def test_a_night_that_only_winter_time_makes_is_found() -> None:
    # 6:00 UTC is 8:00 in Berlin in summer, 7:00 in winter: fine. 5:30 UTC is 6:30 in winter only.
    shifted = turns(("22:30", "05:30", "Mei"), ("05:30", "14:00", "Ada"), ("14:00", "22:30", "Liz"))
    summer = found(shifted | {"begins": "2027-04-05"}, date(2027, 4, 6), date(2027, 10, 4))
    assert not [line for line in summer if line.startswith("Ada is on call for")]
    assert [line for line in found(shifted) if line.startswith("Ada is on call for")]


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 14), date(2027, 11, 7)])
def test_a_day_on_which_clocks_change_is_covered_once(day: date) -> None:
    shifts = rotation(document()).shifts(day, day + timedelta(days=1))
    assert gaps(shifts, day, day + timedelta(days=1)) == [] == overlaps(shifts)
    assert sum(shift.hours for shift in shifts) == 24


def test_an_unfair_share_is_told() -> None:
    told = found(turns(("00:00", "08:00", "Mei Mei Kenji"), *[("08:00", "00:00", "Tom Liz")]))
    assert any("is no fair share" in line for line in told)


def test_load_is_counted_in_each_persons_own_time() -> None:
    plan = rotation(document(**turns(("20:00", "23:00", "Ada"))))
    (monday,) = plan.shifts(date(2026, 12, 7), date(2026, 12, 8))
    ada, ben = load([monday.person, plan.people[0]], [monday])[0], load(rotation(document()).people[5:], [monday])[0]
    assert (ada.weekday, ada.night, ada.total) == (1, 2, 3)  # 21:00 to midnight in Berlin
    assert ben.total == 0
    (friday,) = plan.shifts(date(2026, 12, 11), date(2026, 12, 12))
    (saturday,) = plan.shifts(date(2026, 12, 12), date(2026, 12, 13))
    assert [load([ada_.person], [ada_])[0].weekend for ada_ in (friday, saturday)] == [0, 1]


def test_spread_is_nothing_without_any_load() -> None:
    assert spread([]) is None and spread([0, 0]) is None
    assert spread([30, 10]) == 1 and spread([5, 5]) == 0


@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 24)), max_size=12))
def test_every_hour_is_a_gap_or_once_or_more_on_call(spans: list[tuple[int, int]]) -> None:
    person = rotation(document()).people[0]
    begin = datetime(2026, 11, 30, tzinfo=UTC)
    hours = [(begin + timedelta(hours=start), begin + timedelta(hours=start + length)) for start, length in spans]
    shifts = [Shift(person, *each) for each in hours]
    free, double = gaps(shifts, SINCE, date(2026, 12, 2)), overlaps(shifts)
    for hour in range(48):
        moment = begin + timedelta(hours=hour)
        count = sum(start <= moment < end for start, end in hours)
        assert any(span.start <= moment < span.end for span in free) == (count == 0)
        assert any(span.start <= moment < span.end for span in double) == (count > 1)


def test_an_absence_that_was_overlooked_is_found() -> None:
    away = [PEOPLE[0] | {"away": [["2026-12-02", "2026-12-02"]]}]
    person = rotation(document(people=away, **turns(("00:00", "08:00", "Mei")))).people[0]
    # 15:00 to 17:00 UTC on the first is 23:00 on the first to 1:00 on the second in Singapore.
    late = Shift(person, datetime(2026, 12, 1, 15, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC))
    assert absences([late]) == [late]
    early = Shift(person, datetime(2026, 12, 1, 15, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC))
    assert absences([early]) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"begins": "soon"}, r"cannot be read: .*\$\.begins"),
        ({"people": [{"name": "Ada"}]}, r"cannot be read: .*`zone`"),
        ({"people": [{"name": "Ada", "zone": "Berlin"}]}, "Ada lives in 'Berlin'"),
        ({"people": [{"name": "Ada", "zone": "../etc"}]}, "Ada lives in '../etc'"),
        ({"people": [*PEOPLE, PEOPLE[0]]}, "the same name"),
        ({"turns": []}, "nobody would ever be on call"),
        (turns(("00:00", "08:00", "Eve")), "Turn 1 names 'Eve'; the people are Mei, Kenji"),
        (turns(("00:00", "08:00", "")), "Turn 1 names nobody"),
        (turns(("8", "08:00", "Mei")), "Turn 1 has the clock '8'"),
        (turns(("00:00", "25:00", "Mei")), "Turn 1 has the clock '25:00'"),
        ({"escalation": [{"to": "the boss", "minutes": 5}]}, "Level 1 of the escalation calls 'the boss'"),
        ({"escalation": [{"to": "on call", "minutes": 0}]}, "must be more than none"),
        ({"shifts": []}, "cannot be read: .*unknown field `shifts`"),
        (
            {"people": [PEOPLE[0] | {"away": [["2026-12-03", "2026-12-01"]]}]},
            "Mei is away from 2026-12-03 to 2026-12-01",
        ),
    ],
)
def test_a_document_that_cannot_be_read_says_where(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rotation(document(**changes))


def test_midnight_may_be_written_at_both_ends_of_the_day() -> None:
    assert found(turns(("00:00", "08:00", "Mei"), ("08:00", "24:00", "Ada")))[0].startswith("Ada is on call for")
