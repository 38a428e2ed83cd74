"""The time that a widget covers."""

from __future__ import annotations

import pytest

from helpers.dashboard.window import NotAWindow, window_of

NOW = 1_800_000_000.0
HOUR = 3600.0


@pytest.mark.parametrize(
    ("start", "seconds"),
    [
        ("-PT5M", 300),
        ("-PT3H", 3 * HOUR),
        ("-P1D", 24 * HOUR),
        ("-P1W", 7 * 24 * HOUR),
        ("-P3M", 90 * 24 * HOUR),
        ("-P1DT12H", 36 * HOUR),
    ],
)
def test_a_duration_ends_now(start: str, seconds: float) -> None:
    found = window_of({"start": start}, NOW)
    assert (found.end, found.end - found.start) == (NOW, seconds)


def test_a_duration_is_of_the_clouds_time() -> None:
    assert window_of({"start": "-PT1H"}, NOW, time_scale=60).start == NOW - 60


def test_moments_are_taken_as_they_are() -> None:
    found = window_of({"start": "2026-11-24T10:00:00Z", "end": "2026-11-24T11:00:00"}, NOW, time_scale=60)
    assert found.end - found.start == HOUR


def test_three_hours_are_the_default() -> None:
    assert window_of({}, NOW).start == NOW - 3 * HOUR


@pytest.mark.parametrize(
    "given", [{"start": "yesterday"}, {"start": "-P"}, {"start": "-PT"}, {"start": "2030-01-01", "end": "2029-01-01"}]
)
def test_anything_else_is_told(given: dict[str, str]) -> None:
    with pytest.raises(NotAWindow):
        window_of(given, NOW)
