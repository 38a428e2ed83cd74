"""Decides which requests are sampled: first the reservoir of each second, then the fixed rate.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum


class Decision(StrEnum):
    """What becomes of a request: sampled from the reservoir, sampled by the rate, or not sampled."""

    RESERVOIR = "reservoir"
    RATE = "rate"
    NOT_SAMPLED = "not sampled"


def decide(arrivals: Iterable[float], *, quota: int, fixed_rate: float, draws: Iterable[float]) -> list[Decision]:
    """Return the decision about each request.

    `arrivals` are their times in seconds, rising. `quota` is how many a second the reservoir gives (a client that has
    no quota yet borrows one). Of the others the share `fixed_rate` is sampled: those whose number in `draws`, at
    random from 0 to 1, is below it.
    """
    taken: Counter[int] = Counter()
    chances = iter(draws)
    return [_decision(int(arrival // 1), taken, quota, fixed_rate, chances) for arrival in arrivals]


def _decision(second: int, taken: Counter[int], quota: int, fixed_rate: float, chances: Iterator[float]) -> Decision:
    if taken[second] < quota:
        taken[second] += 1
        return Decision.RESERVOIR
    return Decision.RATE if next(chances) < fixed_rate else Decision.NOT_SAMPLED


def share_reservoir(size: int, clients: Iterable[str]) -> dict[str, int]:
    """Return each client's part of a reservoir of `size` requests a second; together they have exactly `size`.

    Shared evenly, what is left over going to the first by id (an assumption: AWS does not say how it shares).
    """
    names = sorted(set(clients))
    if not names:
        return {}
    each, left = divmod(size, len(names))
    return {name: each + (number < left) for number, name in enumerate(names)}
