"""When mute rules are active."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.cloudwatch.alarms.schedule import ScheduleError, begun, duration_of, is_over, parse, zone_of

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "now", "beginning"),
    [
        ("cron(0 2 * * *)", "2026-11-24T02:30", "2026-11-24T02:00"),
        ("cron(0 2 * * *)", "2026-11-24T02:00", "2026-11-24T02:00"),
        ("cron(0 2 * * *)", "2026-11-24T01:59", None),
        ("cron(0 2 * * *)", "2026-11-24T03:00", None),
        # 24 November 2026 is a Tuesday.
        ("cron(0 2 * * TUE)", "2026-11-24T02:10", "2026-11-24T02:00"),
        ("cron(0 2 * * SUN)", "2026-11-24T02:10", None),
        ("cron(0 2 * * 0-1,3)", "2026-11-24T02:10", None),
        ("cron(0 2 * NOV MON-FRI)", "2026-11-24T02:10", "2026-11-24T02:00"),
        ("cron(0,30 2-4 24 11 *)", "2026-11-24T03:45", "2026-11-24T03:30"),
        ("cron(30 23 * * *)", "2026-11-24T00:15", "2026-11-23T23:30"),
        ("at(2026-11-24T02:00)", "2026-11-24T02:59", "2026-11-24T02:00"),
        ("at(2026-11-24T02:00)", "2026-11-24T03:00", None),
        ("at(2026-11-24T02:00)", "2026-11-24T01:00", None),
    ],
)
def test_beginning(expression: str, now: str, beginning: str | None) -> None:
    assert begun(expression, "UTC", at(now), HOUR) == (at(beginning) if beginning else None)


def test_the_clock_on_the_wall_of_the_time_zone_counts() -> None:
    # Two in the morning in New York is seven in the morning UTC in winter, six in summer.
    assert begun("cron(0 2 * * *)", "America/New_York", at("2026-11-24T07:30"), HOUR) == at("2026-11-24T07:00")
    assert begun("cron(0 2 * * *)", "America/New_York", at("2026-07-24T06:30"), HOUR) == at("2026-07-24T06:00")


def test_a_weekend_is_one_window() -> None:
    length = duration_of("P2DT12H")
    assert begun("cron(0 18 * * FRI)", "UTC", at("2026-11-23T05:59"), length) == at("2026-11-20T18:00")
    assert begun("cron(0 18 * * FRI)", "UTC", at("2026-11-23T06:00"), length) is None


def test_one_moment_is_over_when_its_window_is() -> None:
    assert not is_over("at(2026-11-24T02:00)", "UTC", at("2026-11-24T02:59"), HOUR)
    assert is_over("at(2026-11-24T02:00)", "UTC", at("2026-11-24T03:00"), HOUR)
    assert not is_over("cron(0 2 * * *)", "UTC", at("2026-11-24T03:00"), HOUR)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT1M", timedelta(minutes=1)),
        ("PT4H", timedelta(hours=4)),
        ("P2DT12H", timedelta(hours=60)),
        ("P15D", timedelta(days=15)),
        ("PT1H30M", timedelta(minutes=90)),
    ],
)
def test_durations(text: str, length: timedelta) -> None:
    assert duration_of(text) == length


@pytest.mark.parametrize("text", ["P", "PT", "PT0M", "P16D", "PT30S", "4h", "", "P1DT", "-PT4H", f"P{'9' * 40}D"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ScheduleError):
        duration_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 2 * *)",
        "cron(0 2 * * * *)",
        "cron(60 2 * * *)",
        "cron(0 25 * * *)",
        "cron(0 2 32 * *)",
        "cron(0 2 * FOO *)",
        "cron(0/5 2 * * *)",
        "cron(5-1 2 * * *)",
        "rate(5 minutes)",
        "at(2026-11-24)",
        "at(tomorrow)",
        "at(2026-11-24T02:00",
        "",
    ],
)
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(ScheduleError):
        parse(text)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ScheduleError):
        zone_of(name)


FIELDS = st.sampled_from(["*", "0", "5-10", "1,2", "MON", "JAN-MAR", "", "-", "1-", "99", "٣", "*/5"])


@given(st.one_of(st.text(max_size=30), st.lists(FIELDS, min_size=4, max_size=6).map(lambda f: f"cron({' '.join(f)})")))
def test_whatever_is_written_is_a_schedule_or_told_to_be_none(text: str) -> None:
    try:
        found = begun(text, "Europe/London", at("2026-11-24T02:30"), timedelta(days=15))
    except ScheduleError:
        return
    assert found is None or at("2026-11-09T02:30") < found <= at("2026-11-24T02:30")
