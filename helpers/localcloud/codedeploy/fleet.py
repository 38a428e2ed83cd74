"""How many hosts a deployment takes at once, and when too few are left. Pure.

https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-health.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ONE_AT_A_TIME = "CodeDeployDefault.OneAtATime"
UNKNOWN, OLD, CURRENT = "unknown", "old", "current"


@dataclass(frozen=True)
class Host:
    """An instance as the arithmetic sees it: healthy unless the last deployment to it failed."""

    name: str
    healthy: bool = True
    revision: str = UNKNOWN


def minimum_healthy(total: int, config: str, rule: Mapping[str, Any]) -> int:
    """Return how many of `total` hosts must stay healthy by `rule` (API shape MinimumHealthyHosts).

    A percentage is rounded up. OneAtATime always takes one host off.
    """
    if config == ONE_AT_A_TIME:
        return max(total - 1, 0)
    if rule["type"] == "FLEET_PERCENT":
        return -(-total * int(rule["value"]) // 100)
    return int(rule["value"])


def batch_size(total: int, minimum: int) -> int:
    """Return how many hosts are taken at once."""
    return max(total - minimum, 0)


def deployment_order(hosts: Sequence[Host]) -> list[Host]:
    """Return `hosts` as they are taken: unhealthy ones, of unknown revision, of an old one, of the current one."""
    rank = {UNKNOWN: 1, OLD: 2, CURRENT: 3}
    return sorted(hosts, key=lambda host: rank[host.revision] if host.healthy else 0)


class TooFewHealthy(Exception):
    """No further host may be taken without leaving fewer healthy ones than the minimum."""


def next_batch(waiting: Sequence[Host], healthy: int, total: int, minimum: int) -> list[Host]:
    """Return which of `waiting` are taken next, while `healthy` of all `total` hosts are healthy.

    A host that is not healthy costs nothing. Raises TooFewHealthy if only healthy ones wait and none may be taken.
    """
    room, size = healthy - minimum, batch_size(total, minimum)
    batch: list[Host] = []
    for host in deployment_order(waiting):
        if len(batch) == size:
            break
        if not host.healthy:
            batch.append(host)
        elif room > 0:
            batch.append(host)
            room -= 1
    if waiting and not batch:
        raise TooFewHealthy(
            f"{healthy} of {total} instances are healthy and at least {minimum} must stay so: no further instance may"
            " be taken out."
        )
    return batch


def enough(succeeded: int, healthy: int, healthy_before: int, minimum: int) -> bool:
    """Return whether a deployment that reached every host has succeeded.

    A fleet that was below the minimum before is only held to what it was.
    """
    return succeeded > 0 and healthy >= min(minimum, healthy_before)
