"""When a configuration moves how much traffic. Pure.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Step = tuple[int, int]


def timeline(routing: Mapping[str, Any]) -> list[Step]:
    """Return (minute since the shift began, percent on the new version) of `routing` (API shape TrafficRoutingConfig).

    "All traffic is shifted in equal increments ... at the start of each": the first step is at minute 0.
    """
    if routing["type"] == "TimeBasedCanary":
        canary = routing["timeBasedCanary"]
        return [(0, canary["canaryPercentage"]), (canary["canaryInterval"], 100)]
    if routing["type"] == "TimeBasedLinear":
        linear = routing["timeBasedLinear"]
        return _increments(linear["linearPercentage"], linear["linearInterval"])
    return [(0, 100)]


def _increments(percent: int, interval: int) -> list[Step]:
    count = -(-100 // percent)
    return [(number * interval, min((number + 1) * percent, 100)) for number in range(count)]
