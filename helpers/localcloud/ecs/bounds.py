"""How many tasks a rolling deployment may start and stop. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """At least `lower` healthy tasks, at most `upper` tasks that run or will."""

    lower: int
    upper: int


@dataclass(frozen=True)
class Counts:
    """Tasks that run or will, of the new revision and of all old ones, and how many of them are healthy."""

    new: int
    new_healthy: int
    old: int
    old_healthy: int


@dataclass(frozen=True)
class Move:
    """What to do now; `stuck` says that the bounds allow nothing, ever."""

    start: int
    stop_old: int
    stuck: bool


def bounds(desired: int, minimum: int, maximum: int) -> Bounds:
    """Return the bounds for `desired` tasks and percentages `minimum` (rounded up) and `maximum` (rounded down)."""
    return Bounds(-(-desired * minimum // 100), desired * maximum // 100)


def move(desired: int, limits: Bounds, counts: Counts) -> Move:
    """Return the next move: new tasks as far as there is room, old ones stopped where they are replaced or in the way.

    Room is made by stopping old tasks only when none can be started otherwise.
    """
    missing = max(desired - counts.new, 0)
    start = max(min(missing, limits.upper - counts.new - counts.old), 0)
    replaced = counts.old - max(desired - counts.new_healthy, 0)
    in_the_way = min(missing - start, counts.old)
    spare = max(counts.new_healthy + counts.old_healthy - limits.lower, 0)
    unhealthy = counts.old - counts.old_healthy
    stop = max(min(max(replaced, in_the_way), spare + unhealthy), 0)
    settled = counts.new == counts.new_healthy
    return Move(start, stop, stuck=not start and not stop and missing > 0 and settled)
