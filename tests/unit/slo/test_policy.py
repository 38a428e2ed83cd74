"""Pairs of windows: both must exceed, sliding by the minute, and no traffic is no alert."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.slo import STANDARD, Objective, Pair, burn_rates, firing, pairs, replay
from helpers.slo.series import at_least, moving, moving_sum

SLO = Objective(0.999)


def minutes(requests: Any, errors: Any) -> pd.DataFrame:
    index = pd.date_range("2026-03-01", periods=len(requests), freq="min", tz="UTC")
    return pd.DataFrame({"requests": requests, "errors": errors}, index=index, dtype=float)


def burst(quiet: int, bad: int, after: int, share: float) -> pd.DataFrame:
    errors = [0.0] * quiet + [1000 * share] * bad + [0.0] * after
    return minutes([1000.0] * len(errors), errors)


def test_a_burn_rate_is_the_error_rate_of_its_window_over_the_budget() -> None:
    rates = burn_rates(burst(60, 6, 60, 0.144), SLO, 60)
    assert rates[59] == 0
    assert rates[65] == pytest.approx(144 * 6 / 60)
    assert rates[120] == pytest.approx(144 * 5 / 60)


def test_a_window_without_requests_has_no_burn_rate() -> None:
    rates = burn_rates(minutes([0, 0, 10, 0, 0], [0, 0, 1, 0, 0]), SLO, 2)
    assert np.isnan(rates[[0, 1, 4]]).all() and rates[2] == pytest.approx(100)


def test_both_windows_must_exceed() -> None:
    # 10 % errors burn at 100: the hour exceeds 14.4 from the 9th minute on, and five minutes after the last
    # bad one the short window is clean while the long one is not.
    month = burst(120, 20, 60, 0.1)
    fires = np.flatnonzero(firing(month, SLO, Pair(14.4, 60, 5, "page")))
    assert (fires[0], fires[-1]) == (120 + 8, 139 + 4)
    assert burn_rates(month, SLO, 60)[150] > 14.4


def test_exactly_the_burn_rate_does_not_exceed_it() -> None:
    slo = Objective(0.75)
    month = minutes([4.0] * 10, [2.0] * 10)
    assert not firing(month, slo, Pair(2, 5, 5, "page")).any()
    assert firing(month, slo, Pair(1.999, 5, 5, "page")).all()


@pytest.mark.parametrize(
    ("share", "alerts"),
    [(0.0144, []), (0.0061, ["6 over 6h and 30m"]), (0.2, ["14.4 over 1h and 5m", "6 over 6h and 30m"])],
)
def test_the_standard_policy_pages_for_a_share_of_the_budget(share: float, alerts: list[str]) -> None:
    length = {0.0144: 50, 0.0061: 380, 0.2: 30}[share]
    month = burst(3 * 1440, length, 60, share)
    assert [each.rule for each in replay(month, SLO, STANDARD) if each.action == "page"] == alerts


def test_an_alert_lasts_from_its_first_minute_to_after_its_last() -> None:
    month = burst(120, 20, 60, 0.1)
    (alert,) = replay(month, SLO, STANDARD[:1])
    assert alert.start == month.index[128] and alert.end == month.index[144]
    (open_end,) = replay(month.iloc[:135], SLO, STANDARD[:1])
    assert open_end.end == month.index[135]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 70))
def test_sliding_statistics_agree_with_pandas(values: list[int], window: int) -> None:
    rolled = pd.Series(values, dtype=float).rolling(window, min_periods=1)
    assert np.array_equal(moving_sum(values, window), rolled.sum())
    for statistic, expected in (("Average", rolled.mean()), ("Maximum", rolled.max()), ("Minimum", rolled.min())):
        assert np.allclose(moving(values, window, statistic), expected)


def test_a_percentile_cannot_be_made_from_a_value_a_minute() -> None:
    with pytest.raises(ValueError, match="p99 would need each request"):
        moving([1, 2], 1, "p99")


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 5), st.integers(1, 7))
def test_m_of_n_counts_datapoints_a_period_apart(breaching: list[bool], datapoints: int, period: int) -> None:
    needed = (datapoints + 1) // 2
    found = at_least(np.array(breaching), needed, datapoints, period)
    for now in range(len(breaching)):
        seen = [breaching[now - back * period] for back in range(datapoints) if now - back * period >= 0]
        assert found[now] == (sum(seen) >= needed)


def test_a_policy_reads_back_as_it_was_written() -> None:
    assert pairs([pair.document for pair in STANDARD]) == STANDARD
    assert [pair.name for pair in STANDARD[2:]] == ["3 over 1d and 2h", "1 over 3d and 6h"]


GOOD = {"burn": 6, "long": 60, "short": 5, "action": "page"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "at least one pair"),
        ("page", "at least one pair"),
        ([GOOD, {"burn": 6}], "Entry 2 is .* must have exactly action, burn, long, short"),
        ([GOOD | {"short": 90}], "Entry 1: The windows are 60 .long. and 90 .short."),
        ([GOOD | {"burn": 0}], "must be above 0"),
        ([GOOD | {"burn": "much"}], "Entry 1: burn is 'much'; it must be a number."),
        ([GOOD | {"long": "1h"}], "Entry 1: long is '1h'; it must be a number of minutes."),
        ([GOOD | {"short": True}], "Entry 1: short is True"),
        ([GOOD | {"long": float("inf")}], "Entry 1: cannot convert float infinity"),
        ([GOOD | {"action": "mail"}], "must be page or ticket"),
        ([7], "Entry 1 is 7"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_its_entry(document: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pairs(document)
