"""The recorded months: labelled, the same for the same seed, and such that good policies and bad ones differ."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from helpers.slo import STANDARD, Incident, Month, Objective, Pair, Score, month, quiet_service, replay, score
from helpers.slo.alerts import Alert

SLO = Objective(0.999)
SEEDS = [1, 2, 3, 4]


def scored(seed: int, *policy: Pair) -> Score:
    recorded = month(seed)
    return score(recorded, replay(recorded.minutes, SLO, policy))


def test_a_seed_gives_one_month() -> None:
    pd.testing.assert_frame_equal(month(5).minutes, month(5).minutes)
    assert month(5).incidents == month(5).incidents != month(6).incidents


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_has_each_kind_of_incident_apart_from_the_others(seed: int) -> None:
    recorded = month(seed)
    frame = recorded.minutes
    assert len(frame) == 30 * 1440 and (frame["errors"] <= frame["requests"]).all()
    worth = [each for each in recorded.incidents if each.deserves != "nothing"]
    assert {each.name for each in worth} == {
        "outage", "outage at night", "bad deployment", "creeping failure", "slow burn",
    }  # fmt: skip
    assert all(first.end < then.start for first, then in pairwise(worth))
    assert sum(each.name == "blip" for each in recorded.incidents) == 9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_standard_policy_catches_all_in_time_and_never_pages_in_vain(seed: int) -> None:
    found = scored(seed, *STANDARD)
    assert (found.recall, found.precision, found.late) == (1, 1, ())
    assert found.pages_per_shift < 0.2 and found.lingering is not None and found.lingering <= 30


@pytest.mark.parametrize("seed", SEEDS)
def test_one_short_window_pages_for_every_blip(seed: int) -> None:
    found = scored(seed, Pair(14.4, 5, 5, "page"))
    assert found.precision is not None and found.precision < 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_short_window_a_page_outlives_its_incident(seed: int) -> None:
    found = scored(seed, Pair(14.4, 60, 60, "page"), Pair(6, 360, 360, "page"), *STANDARD[2:])
    assert (found.recall, found.precision) == (1, 1)
    assert found.lingering is not None and found.lingering > 120


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fastest_pair_alone_sleeps_through_the_creeping_failure_and_the_slow_burn(seed: int) -> None:
    assert [each.incident.name for each in scored(seed, STANDARD[0]).late] == ["creeping failure", "slow burn"]


def test_where_nothing_happened_nothing_is_measured() -> None:
    empty = Month(quiet_service(1).minutes, ())
    found = score(empty, [])
    assert (found.recall, found.precision, found.lingering) == (None, None, None)
    assert found.median_minutes is None and found.slowest_minutes is None
    assert found.pages_per_shift == 0 and found.shifts == 60


def _hand_made() -> Month:
    at = [pd.Timestamp("2026-05-01", tz="UTC") + pd.Timedelta(hours=hour) for hour in range(24)]
    night = Incident("night", at[2], at[3], "page", 30)
    noon = Incident("noon", at[12], at[13], "page", 30)
    slow = Incident("slow", at[15], at[20], "ticket", 240)
    blip = Incident("blip", at[22], at[23], "nothing")
    frame = pd.DataFrame({"requests": [1.0] * 1440}, index=pd.date_range(at[0], periods=1440, freq="min"))
    return Month(frame, (night, noon, slow, blip))


def _alert(action: str, clock: str, until: str) -> Alert:
    day = pd.Timestamp("2026-05-01", tz="UTC")
    return Alert("rule", action, day + pd.Timedelta(clock), day + pd.Timedelta(until))


def test_a_score_counts_what_each_page_was_for() -> None:
    alerts = [
        _alert("page", "2h 10min", "3h 20min"),
        _alert("page", "2h 50min", "3h"),
        _alert("ticket", "12h 5min", "13h"),  # a ticket wakes nobody for an outage
        _alert("page", "16h", "17h"),  # finds the slow burn, and was not worth getting up for
        _alert("page", "22h 1min", "22h 5min"),
    ]
    found = score(_hand_made(), alerts)
    assert [(each.incident.name, each.after, each.in_time) for each in found.incidents] == [
        ("night", 10, True), ("noon", None, False), ("slow", 60, True),
    ]  # fmt: skip
    assert (found.pages, found.false_pages, found.tickets) == (4, 2, 1)
    assert (found.precision, found.recall) == (0.5, pytest.approx(2 / 3))
    assert (found.pages_per_shift, found.lingering) == (2, 20)
    assert found.median_minutes == 10 and found.slowest_minutes is None


def test_a_page_that_comes_too_late_is_not_in_time() -> None:
    found = score(_hand_made(), [_alert("page", "2h 31min", "3h")])
    assert [each.incident.name for each in found.late] == ["night", "noon", "slow"]


def test_an_alert_before_its_incident_does_not_find_it() -> None:
    found = score(_hand_made(), [_alert("page", "1h 59min", "3h")])
    assert found.precision == 0 and found.recall == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_service_with_little_traffic_pages_for_single_failures(seed: int) -> None:
    quiet = quiet_service(seed, outage=False)
    alerts = replay(quiet.minutes, Objective(0.99), STANDARD[:1])
    assert len(alerts) >= 4 and score(quiet, alerts).precision == 0
