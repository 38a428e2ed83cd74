"""The lifecycle stages of a deployment that shifts traffic, in order, with weights and waits. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

RECONCILE, PRE_SCALE_UP, SCALE_UP, POST_SCALE_UP = "RECONCILE_SERVICE", "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP"
TEST_SHIFT, POST_TEST_SHIFT = "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT"
PRE_PRODUCTION, PRODUCTION = "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"
POST_PRODUCTION, BAKE, CLEAN_UP = "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"

# API shapes LinearConfiguration and CanaryConfiguration.
LINEAR_STEP, LINEAR_BAKE = 10.0, 6
CANARY_STEP, CANARY_BAKE = 5.0, 10


@dataclass(frozen=True)
class Step:
    """One stage; `weight` is the share (percent) of production traffic of the new revision once it is done, `bake` how
    long (minutes) to stay in it afterwards."""

    stage: str
    weight: float = 0.0
    bake: float = 0.0


def plan(configuration: Mapping[str, Any], *, reconcile: bool = False, first: bool = False) -> list[Step]:
    """Return the stages of a deployment.

    `reconcile`: there is more than one active revision to begin with; `first`: there is none, so all traffic is
    shifted at once, whatever the strategy.
    """
    shifts = [(100.0, 0.0)] if first else list(_shifts(configuration))
    steps = [Step(RECONCILE)] if reconcile else []
    steps += [Step(PRE_SCALE_UP), Step(SCALE_UP), Step(POST_SCALE_UP), Step(TEST_SHIFT), Step(POST_TEST_SHIFT)]
    before = 0.0
    for weight, bake in shifts:
        steps += [Step(PRE_PRODUCTION, before), Step(PRODUCTION, weight, bake)]
        before = weight
    bake_time = 0.0 if first else float(configuration.get("bakeTimeInMinutes", 0))
    return [*steps, Step(POST_PRODUCTION, 100.0), Step(BAKE, 100.0, bake_time), Step(CLEAN_UP, 100.0)]


def timeline(configuration: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return (minute since the first shift, weight of the new revision in percent) of each shift of production."""
    minute, found = 0.0, []
    for weight, bake in _shifts(configuration):
        found.append((minute, weight))
        minute += bake
    return found


def _shifts(configuration: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Yield (weight, minutes to stay there); after 100 % no step bakes."""
    strategy = configuration.get("strategy", "ROLLING")
    if strategy == "CANARY":
        canary = configuration.get("canaryConfiguration", {})
        yield canary.get("canaryPercent", CANARY_STEP), canary.get("canaryBakeTimeInMinutes", CANARY_BAKE)
    elif strategy == "LINEAR":
        linear = configuration.get("linearConfiguration", {})
        step, bake = linear.get("stepPercent", LINEAR_STEP), linear.get("stepBakeTimeInMinutes", LINEAR_BAKE)
        number = 1
        while round(number * step, 1) < 100:
            yield round(number * step, 1), bake
            number += 1
    yield 100.0, 0.0
