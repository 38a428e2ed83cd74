"""The threshold of the deployment circuit breaker. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEAST, MOST = 3, 200
_DEFAULT = {"type": "BOUNDED_PERCENT", "value": 50}


def threshold(breaker: Mapping[str, Any], desired: int) -> int:
    """Return how many failed tasks end a deployment of `desired` tasks (API shape ThresholdConfiguration).

    BOUNDED_PERCENT (the default, 50) is kept between 3 and 200, UNBOUNDED_PERCENT is not, COUNT is the number itself.
    """
    configuration = {**_DEFAULT, **breaker.get("thresholdConfiguration", {})}
    value = int(configuration["value"])
    if configuration["type"] == "COUNT":
        return value
    percent = -(-desired * value // 100)
    return max(percent, 1) if configuration["type"] == "UNBOUNDED_PERCENT" else min(max(percent, LEAST), MOST)
