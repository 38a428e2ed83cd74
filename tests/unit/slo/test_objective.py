"""Error budgets and burn rates, against the published numbers."""

from __future__ import annotations

import pytest

from helpers.slo import Objective


def test_three_nines_over_thirty_days_leave_forty_three_minutes() -> None:
    assert Objective(0.999).budget_minutes == pytest.approx(43.2)


@pytest.mark.parametrize(("share", "hours", "burn"), [(0.02, 1, 14.4), (0.05, 6, 6), (0.1, 24, 3), (0.1, 72, 1)])
def test_a_share_of_the_budget_in_some_hours_is_a_burn_rate(share: float, hours: float, burn: float) -> None:
    # The Site Reliability Workbook, "Alerting on SLOs"; sloth's google-30d.yaml.
    assert Objective(0.999).burn_rate_for(share, hours) == pytest.approx(burn)


@pytest.mark.parametrize(("target", "highest"), [(0.999, 1000), (0.99, 100), (0.9, 10)])
def test_no_service_burns_faster_than_when_everything_fails(target: float, highest: float) -> None:
    slo = Objective(target)
    assert slo.highest_burn_rate == pytest.approx(highest)
    assert slo.burn_rate(1) == pytest.approx(highest)


def test_at_two_nines_a_burn_of_14_4_takes_14_4_percent_errors() -> None:
    assert Objective(0.99).error_rate(14.4) == pytest.approx(0.144)
    assert Objective(0.9).error_rate(14.4) > 1


def test_a_burn_rate_of_one_spends_the_budget_in_just_its_days() -> None:
    slo = Objective(0.995, days=7)
    assert slo.burn_rate_for(1, 7 * 24) == pytest.approx(1)
    assert slo.burn_rate(slo.budget) == pytest.approx(1)


@pytest.mark.parametrize("target", [99.9, 1, 0, -0.1, float("nan")])
def test_a_percentage_is_no_share(target: float) -> None:
    with pytest.raises(ValueError, match="a share between 0 and 1"):
        Objective(target)


def test_an_objective_needs_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Objective(0.999, days=0)
