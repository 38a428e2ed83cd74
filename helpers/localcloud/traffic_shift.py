"""When traffic moves to a new version, and how much of it at a time.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .clock import Clock

Step = tuple[int, int]
Routing = dict[str, Any]
ALL_AT_ONCE: Routing = {"type": "AllAtOnce"}


def canary(percent: int, interval: int) -> Routing:
    """Return a TrafficRoutingConfig that moves `percent`, and the rest after `interval` minutes."""
    return {
        "type": "TimeBasedCanary",
        "timeBasedCanary": {"canaryPercentage": percent, "canaryInterval": interval},
    }


def linear(percent: int, interval: int) -> Routing:
    """Return a TrafficRoutingConfig that moves `percent` more every `interval` minutes."""
    return {
        "type": "TimeBasedLinear",
        "timeBasedLinear": {"linearPercentage": percent, "linearInterval": interval},
    }


def timeline(routing: Mapping[str, Any]) -> list[Step]:
    """Return (minute since the shift began, percent on the new version) of `routing` (API shape TrafficRoutingConfig).

    "All traffic is shifted in equal increments ... at the start of each": the first step is at minute 0.
    """
    if routing["type"] == "TimeBasedCanary":
        given = routing["timeBasedCanary"]
        return [(0, given["canaryPercentage"]), (given["canaryInterval"], 100)]
    if routing["type"] == "TimeBasedLinear":
        given = routing["timeBasedLinear"]
        return _increments(given["linearPercentage"], given["linearInterval"])
    return [(0, 100)]


def _increments(percent: int, interval: int) -> list[Step]:
    count = -(-100 // percent)
    return [(number * interval, min((number + 1) * percent, 100)) for number in range(count)]


def follow(
    clock: Clock,
    steps: Sequence[Step],
    first: int,
    wait_until: Callable[[datetime], object],
    take: Callable[[int, int], None],
) -> None:
    """Take each of `steps` (minute, percent) at its minute, from the one numbered `first` on. Raises what waiting and
    taking raise.

    After a crash `first` is the step that was reached. It is watched for its whole time again: nobody looked at the
    alarms meanwhile.

    Args:
        clock: divides AWS's minutes by its time_scale.
        steps: a `timeline`.
        first: the number of the step to begin with.
        wait_until: waits for a moment.
        take: puts (number of the step, percent) into effect.
    """
    begun = clock.now() - _here(clock, steps[first][0])
    for number, (minute, percent) in list(enumerate(steps))[first:]:
        wait_until(begun + _here(clock, minute))
        take(number, percent)


def _here(clock: Clock, minutes: int) -> timedelta:
    return timedelta(minutes=minutes) / clock.time_scale


def alias_at(original: str, target: str, percent: int) -> dict[str, Any]:
    """Return what UpdateAlias of Lambda is given for `percent` of the traffic on `target`, the rest on `original`."""
    if percent == 100:
        return {"FunctionVersion": target, "RoutingConfig": {"AdditionalVersionWeights": {}}}
    weights = {target: percent / 100} if percent else {}
    return {"FunctionVersion": original, "RoutingConfig": {"AdditionalVersionWeights": weights}}
