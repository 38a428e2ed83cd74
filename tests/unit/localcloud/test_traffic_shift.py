"""Steps are taken when they are due, from the one that was reached on, and an alias routes as they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpers.localcloud.clock import ManualClock
from helpers.localcloud.traffic_shift import alias_at, follow

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("first", "minutes"), [(0, [0, 2, 4]), (1, [0, 2])])
def test_steps_are_followed_from_the_one_reached(first: int, minutes: list[int]) -> None:
    clock = ManualClock(BEGUN, time_scale=60.0)
    taken: list[tuple[int, int, float]] = []

    def wait_until(moment: datetime) -> None:
        clock.advance((moment - clock.now()).total_seconds())

    def take(number: int, percent: int) -> None:
        taken.append((number, percent, (clock.now() - BEGUN).total_seconds()))

    follow(clock, [(0, 40), (2, 80), (4, 100)], first, wait_until, take)
    assert [(n, p) for n, p, _ in taken] == [(0, 40), (1, 80), (2, 100)][first:]
    # A minute of AWS's is a second here.
    assert [seconds for _, _, seconds in taken] == minutes


def test_the_routes_of_an_alias() -> None:
    none: dict[str, float] = {}
    assert alias_at("1", "2", 0) == {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": none}}
    assert alias_at("1", "2", 30)["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.3}}
    assert alias_at("1", "2", 100) == {"FunctionVersion": "2", "RoutingConfig": {"AdditionalVersionWeights": none}}
