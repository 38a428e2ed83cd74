"""The arithmetic of sampling."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from helpers.localcloud.xray.sampling.decision import Decision, decide, share_reservoir


def test_a_hundred_and_ten_requests_in_ten_seconds_are_twenty_samples() -> None:
    """AWS's example: before it has a quota a client borrows one a second, and takes 10 % of the other hundred."""
    arrivals = [second + number / 11 for second in range(10) for number in range(11)]
    draws = [number / 100 for number in range(100)]
    decided = Counter(decide(arrivals, quota=1, fixed_rate=0.1, draws=draws))
    assert decided == {Decision.RESERVOIR: 10, Decision.RATE: 10, Decision.NOT_SAMPLED: 90}


def test_a_reservoir_is_of_one_second_and_not_saved_up() -> None:
    decided = decide([0.0, 5.0, 5.1, 5.2, 6.0], quota=2, fixed_rate=0.0, draws=[0.5] * 5)
    assert decided == [Decision.RESERVOIR] * 3 + [Decision.NOT_SAMPLED, Decision.RESERVOIR]


@given(
    st.lists(st.floats(0, 60, allow_nan=False), max_size=200).map(sorted),
    st.integers(0, 5),
    st.sampled_from([0.0, 1.0]),
)
def test_no_second_gets_more_than_the_quota_from_the_reservoir(
    arrivals: list[float], quota: int, fixed_rate: float
) -> None:
    decided = decide(arrivals, quota=quota, fixed_rate=fixed_rate, draws=[0.5] * len(arrivals))
    seconds = Counter(int(at) for at, one in zip(arrivals, decided, strict=True) if one is Decision.RESERVOIR)
    assert all(taken == min(quota, sum(int(at) == second for at in arrivals)) for second, taken in seconds.items())
    others = [one for one in decided if one is not Decision.RESERVOIR]
    assert set(others) <= {Decision.RATE if fixed_rate else Decision.NOT_SAMPLED}


@given(st.integers(0, 1000), st.sets(st.text(max_size=5), max_size=30))
def test_shares_are_even_and_make_up_the_reservoir(size: int, clients: set[str]) -> None:
    shares = share_reservoir(size, clients)
    assert shares.keys() == clients
    assert not clients or (sum(shares.values()) == size and max(shares.values()) - min(shares.values()) <= 1)
