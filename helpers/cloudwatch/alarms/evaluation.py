"""The state of a metric alarm as a pure function of its datapoints: M of N, and what missing ones count for.

AWS publishes examples of how missing datapoints are treated, but neither a formula nor how many datapoints it
retrieves. The algorithm below agrees with every example of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from .names import StateValue

Missing = Literal["missing", "ignore", "breaching", "notBreaching"]
MISSING: tuple[Missing, ...] = get_args(Missing)

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d+)?)", re.ASCII)


def evaluation_range(periods: int, extra: int = 2) -> int:
    """Return how many periods are looked at for an alarm over `periods` (N).

    ASSUMPTION: AWS says only that it retrieves more than N, and that it is 5 for N = 3. N + 2 fits that example.
    """
    return periods + extra


def evaluate(
    slots: Sequence[bool | None], periods: int, to_alarm: int, missing: Missing, previous: StateValue
) -> StateValue:
    """Return the state of an alarm.

    `slots` are the periods of the evaluation range, the oldest first: whether the datapoint breaches, or None where
    there is none. `periods` is N, `to_alarm` is M (1 <= M <= N), `previous` the state so far.
    """
    used = used_slots(slots, periods)
    fill = max(0, periods - len(used))
    breaching = sum(used) + (fill if missing == "breaching" else 0)
    if breaching >= to_alarm:
        return "ALARM"
    premature = missing != "notBreaching" and _premature(slots, used, periods, to_alarm)
    if missing == "ignore" and (premature or not used):
        return previous
    if premature:
        return "ALARM"
    return "INSUFFICIENT_DATA" if missing == "missing" and not used else "OK"


def used_slots(slots: Sequence[bool | None], periods: int) -> list[bool]:
    """Return the datapoints that decide: the newest N of those that exist."""
    return [slot for slot in slots if slot is not None][-periods:]


def _premature(slots: Sequence[bool | None], used: Sequence[bool], periods: int, to_alarm: int) -> bool:
    """Whether nothing but breaching datapoints is there and the oldest of the last N periods is at least M old."""
    if not all(used):
        return False
    ages = [age for age, slot in enumerate(reversed(slots[-periods:]), start=1) if slot]
    return bool(ages) and ages[-1] >= to_alarm


def breaches(value: float, comparison: str, threshold: float) -> bool | None:
    """Return whether `value` breaches; None (missing) for one that is not a finite number."""
    return OPERATORS[comparison](value, threshold) if math.isfinite(value) else None


def samples_needed(statistic: str) -> float:
    """Return how many samples make a percentile ("p99") statistically significant; 0 for any other statistic.

    10/(1-p) from the median up, 10/p below:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    found = _PERCENTILE.fullmatch(statistic)
    if not found:
        return 0.0
    # In hundredths: 1 - 0.99 is not 0.01 in binary.
    percent = float(found[1])
    share = 100 - percent if percent >= 50 else percent
    return 1000 / share if share > 0 else math.inf
