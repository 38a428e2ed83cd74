"""When the burn of an error budget alerts whom: pairs of windows, and their replay over recorded minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from helpers.slo.alerts import Alert, episodes
from helpers.slo.objective import Objective
from helpers.slo.series import Flags, Values, moving_sum

Action = Literal["page", "ticket"]
_FIELDS = {"burn", "long", "short", "action"}


@dataclass(frozen=True)
class Pair:
    """An alert on a burn rate that exceeds `burn` over both windows, `long` and `short` (minutes).

    The long window says that it matters, the short one that it still goes on.
    Raises ValueError for windows in the wrong order and for values that no replay makes sense of.
    """

    burn: float
    long: int
    short: int
    action: Action

    def __post_init__(self) -> None:
        if self.burn <= 0:
            raise ValueError(f"The burn rate is {self.burn:g}; it must be above 0.")
        if not 1 <= self.short <= self.long:
            raise ValueError(
                f"The windows are {self.long} (long) and {self.short} (short) minutes; "
                "the short one must be at least 1 and not above the long one."
            )
        if self.action not in get_args(Action):
            raise ValueError(f"The action is {self.action!r}; it must be page or ticket.")

    @property
    def name(self) -> str:
        return f"{self.burn:g} over {_span(self.long)} and {_span(self.short)}"

    @property
    def document(self) -> dict[str, Any]:
        """The pair as one entry of a policy document."""
        return {"burn": self.burn, "long": self.long, "short": self.short, "action": self.action}


def _span(minutes: int) -> str:
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


STANDARD = (
    Pair(14.4, 60, 5, "page"),
    Pair(6, 360, 30, "page"),
    Pair(3, 1440, 120, "ticket"),
    Pair(1, 4320, 360, "ticket"),
)
"""Four pairs for an objective over 30 days: 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 1 d, 10 % in 3 d.

Source: The Site Reliability Workbook, "Alerting on SLOs"; the same numbers in sloth's google-30d.yaml.
"""


def pairs(document: Sequence[Mapping[str, Any]]) -> tuple[Pair, ...]:
    """Read a policy: a list of {"burn", "long", "short", "action"}, windows in minutes.

    Raises ValueError that names the entry (counted from 1) and what is wrong with it.
    """
    if not isinstance(document, Sequence) or isinstance(document, str) or not document:
        raise ValueError("A policy is a list of at least one pair of windows.")
    return tuple(_pair(number, entry) for number, entry in enumerate(document, 1))


def _pair(number: int, entry: Any) -> Pair:
    if not isinstance(entry, Mapping) or set(entry) != _FIELDS:
        raise ValueError(f"Entry {number} is {entry!r}; it must have exactly {', '.join(sorted(_FIELDS))}.")
    for name in ("burn", "long", "short"):
        if isinstance(entry[name], bool) or not isinstance(entry[name], int | float):
            wanted = "a number" if name == "burn" else "a number of minutes"
            raise ValueError(f"Entry {number}: {name} is {entry[name]!r}; it must be {wanted}.")
    try:
        return Pair(float(entry["burn"]), int(entry["long"]), int(entry["short"]), entry["action"])
    except (ValueError, OverflowError) as problem:
        raise ValueError(f"Entry {number}: {problem}") from None


def burn_rates(month: pd.DataFrame, objective: Objective, window: int) -> Values:
    """Return the burn rate over the `window` minutes before each minute; NaN where no request came in it.

    Args:
        month: one row a minute with the counts `requests` and `errors`.
        objective: what is promised.
        window: minutes.
    """
    requests, errors = moving_sum(month["requests"], window), moving_sum(month["errors"], window)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: Values = np.where(requests > 0, errors / requests, np.nan) / objective.budget
    return rates


def firing(month: pd.DataFrame, objective: Objective, pair: Pair) -> Flags:
    """Return for each minute whether both windows of `pair` exceed its burn rate; no traffic is no alert."""
    both: Flags = (burn_rates(month, objective, pair.long) > pair.burn) & (
        burn_rates(month, objective, pair.short) > pair.burn
    )
    return both


def replay(month: pd.DataFrame, objective: Objective, policy: Sequence[Pair]) -> list[Alert]:
    """Return the alerts that `policy` would have raised over the minutes of `month`, in order of time."""
    minutes = pd.DatetimeIndex(month.index)
    found = [
        alert for pair in policy for alert in episodes(minutes, firing(month, objective, pair), pair.name, pair.action)
    ]
    return sorted(found, key=lambda alert: (alert.start, alert.rule))
