"""AWS's published table of missing datapoints, the sentences beside it, and what holds for any alarm."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cloudwatch.alarms.evaluation import (
    MISSING,
    Missing,
    breaches,
    evaluate,
    evaluation_range,
    samples_needed,
)
from helpers.localcloud.cloudwatch.alarms.model import StateValue

STATES: tuple[StateValue, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
KEEP = "retain"
O, A, I = "OK", "ALARM", "INSUFFICIENT_DATA"  # noqa: E741

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: N is 3, X breaches, 0
# does not, - is missing, the newest on the right; then the states for missing, ignore, breaching and notBreaching.
PUBLISHED = [
    (3, "0-X-X", (O, O, O, O)),
    (3, "0----", (O, O, O, O)),
    (3, "-----", (I, KEEP, A, O)),
    (3, "0XX-X", (A, A, A, A)),
    (3, "--X--", (A, KEEP, A, O)),
    (2, "0-X-X", (A, A, A, A)),
    (2, "00X0X", (A, A, A, A)),
    (2, "0-X--", (O, O, A, O)),
    (2, "----0", (O, O, A, O)),
    (2, "---X-", (A, KEEP, A, O)),
]
CELLS = [
    (to_alarm, points, mode, expected, previous)
    for to_alarm, points, row in PUBLISHED
    for mode, expected in zip(MISSING, row, strict=True)
    for previous in STATES
]


def slots(points: str) -> list[bool | None]:
    return [{"X": True, "0": False, "-": None}[point] for point in points]


def test_all_forty_cells_are_here() -> None:
    assert len(CELLS) == 40 * len(STATES)


@pytest.mark.parametrize(("to_alarm", "points", "mode", "expected", "previous"), CELLS)
def test_published_cell(to_alarm: int, points: str, mode: Missing, expected: str, previous: StateValue) -> None:
    state = evaluate(slots(points), 3, to_alarm, mode, previous)
    assert state == (previous if expected == KEEP else expected)


@pytest.mark.parametrize("points", ["----X", "---X-"])
@pytest.mark.parametrize("previous", STATES)
def test_a_breach_younger_than_m_alarms_not_yet(points: str, previous: StateValue) -> None:
    """The sentences beside the table: with M = 3, an alarm does not go into ALARM for these."""
    assert evaluate(slots(points), 3, 3, "missing", previous) != "ALARM"


def test_a_breach_as_old_as_m_alarms_when_nothing_else_is_there() -> None:
    assert evaluate(slots("--X--"), 3, 3, "missing", "OK") == "ALARM"


def test_the_range_is_what_decides_between_these() -> None:
    """The length of the range bears weight: the same last points with and without an older good one."""
    assert evaluate(slots("0-X--"), 3, 2, "missing", "OK") == "OK"
    assert evaluate(slots("-X--"), 3, 2, "missing", "OK") == "ALARM"


def test_the_range_fits_the_only_number_that_aws_gives() -> None:
    assert evaluation_range(3) == 5
    assert evaluation_range(3, extra=1) == 4


cases = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.integers(1, n),
        st.lists(st.sampled_from([True, False, None]), min_size=n + 2, max_size=n + 2),
        st.sampled_from(MISSING),
        st.sampled_from(STATES),
    )
)


@given(cases)
def test_the_same_input_again_changes_nothing(
    case: tuple[int, int, list[bool | None], Missing, StateValue],
) -> None:
    """No transition without a new input: evaluated once or ten times, the state is the same."""
    n, m, points, mode, previous = case
    state = evaluate(points, n, m, mode, previous)
    for _ in range(3):
        assert evaluate(points, n, m, mode, state) == state


@given(cases)
def test_with_every_datapoint_there_only_m_of_n_counts(
    case: tuple[int, int, list[bool | None], Missing, StateValue],
) -> None:
    n, m, points, mode, previous = case
    known = [bool(point) for point in points]
    assert evaluate(known, n, m, mode, previous) == ("ALARM" if sum(known[-n:]) >= m else "OK")


@given(cases)
def test_only_ignore_looks_at_the_state_before(
    case: tuple[int, int, list[bool | None], Missing, StateValue],
) -> None:
    n, m, points, mode, _ = case
    seen = {evaluate(points, n, m, mode, previous) for previous in STATES}
    assert len(seen) == 1 or (mode == "ignore" and seen == set(STATES))


@pytest.mark.parametrize(
    ("statistic", "needed"),
    [("p50", 20), ("p90", 100), ("p95", 200), ("p99", 1000), ("p99.9", 10_000), ("p10", 100), ("p25", 40)],
)
def test_samples_that_a_percentile_needs(statistic: str, needed: float) -> None:
    assert samples_needed(statistic) == pytest.approx(needed)


@pytest.mark.parametrize(("statistic", "needed"), [("Average", 0), ("tm90", 0), ("p100", math.inf), ("p0", math.inf)])
def test_samples_of_what_is_no_percentile_or_an_extreme_one(statistic: str, needed: float) -> None:
    assert samples_needed(statistic) == needed


@pytest.mark.parametrize(
    ("comparison", "below", "same", "above"),
    [
        ("GreaterThanThreshold", False, False, True),
        ("GreaterThanOrEqualToThreshold", False, True, True),
        ("LessThanThreshold", True, False, False),
        ("LessThanOrEqualToThreshold", True, True, False),
    ],
)
def test_comparisons(comparison: str, below: bool, same: bool, above: bool) -> None:
    assert [breaches(value, comparison, 2.0) for value in (1.0, 2.0, 3.0)] == [below, same, above]


@pytest.mark.parametrize("garbage", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_missing(garbage: float) -> None:
    assert breaches(garbage, "GreaterThanThreshold", 1.0) is None


def test_every_short_history_gives_a_state() -> None:
    """Fewer slots than N (an alarm just made) are no reason to fail."""
    for length in range(4):
        for points in itertools.product([True, False, None], repeat=length):
            for mode in MISSING:
                assert evaluate(list(points), 3, 2, mode, "OK") in STATES
