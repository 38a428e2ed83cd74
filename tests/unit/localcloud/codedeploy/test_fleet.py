"""How many hosts are taken at once, and when a deployment gives up."""

from __future__ import annotations

import pytest

from helpers.localcloud.codedeploy import fleet
from helpers.localcloud.codedeploy.fleet import CURRENT, OLD, UNKNOWN, Host


def percent(value: int) -> dict[str, object]:
    return {"type": "FLEET_PERCENT", "value": value}


def roll(total: int, config: str, rule: dict[str, object], failing: set[int]) -> tuple[list[int], bool]:
    """Deploy to healthy hosts, of which those with the numbers `failing` fail; return the batches and the verdict."""
    minimum = fleet.minimum_healthy(total, config, rule)
    waiting = [Host(str(number)) for number in range(total)]
    healthy, succeeded = total, 0
    sizes: list[int] = []
    while waiting:
        try:
            batch = fleet.next_batch(waiting, healthy, total, minimum)
        except fleet.TooFewHealthy:
            return sizes, False
        sizes.append(len(batch))
        failed = sum(int(host.name) in failing for host in batch)
        healthy, succeeded = healthy - failed, succeeded + len(batch) - failed
        waiting = [host for host in waiting if host not in batch]
    return sizes, fleet.enough(succeeded, healthy, total, minimum)


@pytest.mark.parametrize(
    ("total", "rule", "minimum", "batch"),
    [
        (9, percent(50), 5, 4),
        (9, percent(40), 4, 5),
        (10, percent(85), 9, 1),
        (9, {"type": "HOST_COUNT", "value": 6}, 6, 3),
        (9, percent(0), 0, 9),
        (1, percent(50), 1, 0),
    ],
)
def test_published_batches(total: int, rule: dict[str, object], minimum: int, batch: int) -> None:
    assert fleet.minimum_healthy(total, "mine", rule) == minimum
    assert fleet.batch_size(total, minimum) == batch


def test_ten_hosts_with_85_percent_fail_at_one_failure() -> None:
    assert roll(10, "mine", percent(85), set()) == ([1] * 10, True)
    assert roll(10, "mine", percent(85), {0}) == ([1], False)


def test_one_at_a_time_forgives_the_last_host_only() -> None:
    assert roll(3, fleet.ONE_AT_A_TIME, percent(99), set()) == ([1, 1, 1], True)
    assert roll(3, fleet.ONE_AT_A_TIME, percent(99), {0}) == ([1], False)
    assert roll(3, fleet.ONE_AT_A_TIME, percent(99), {2}) == ([1, 1, 1], True)
    assert roll(1, fleet.ONE_AT_A_TIME, percent(99), {0}) == ([1], False)


def test_all_at_once_needs_one_host() -> None:
    assert roll(4, "all", percent(0), {0, 1, 2}) == ([4], True)
    assert roll(4, "all", percent(0), {0, 1, 2, 3}) == ([4], False)


def test_half_at_a_time_needs_half() -> None:
    assert roll(9, "half", percent(50), set()) == ([4, 4, 1], True)
    assert roll(9, "half", percent(50), {0, 1, 2, 3}) == ([4], False)
    assert roll(9, "half", percent(50), {0, 1}) == ([4, 2, 2, 1], True)


def test_unhealthy_hosts_come_first_and_cost_nothing() -> None:
    hosts = [Host("a", True, CURRENT), Host("b", True, OLD), Host("c", True, UNKNOWN), Host("d", False, OLD)]
    assert [host.name for host in fleet.deployment_order(hosts)] == ["d", "c", "b", "a"]
    assert [host.name for host in fleet.next_batch(hosts, 3, 4, 2)] == ["d", "c"]


def test_a_fleet_below_the_minimum_is_not_reduced_further() -> None:
    sick = [Host("a", False), Host("b", False), Host("c", True)]
    assert [host.name for host in fleet.next_batch(sick, 1, 3, 2)] == ["a"]
    assert fleet.enough(1, 1, 1, 2)
    with pytest.raises(fleet.TooFewHealthy, match="1 of 3 instances are healthy and at least 2"):
        fleet.next_batch([Host("c", True)], 1, 3, 2)
