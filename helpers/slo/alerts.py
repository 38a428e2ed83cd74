"""An alert: from the minute in which it began to the minute in which it was over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.slo.series import Flags


@dataclass(frozen=True)
class Alert:
    """What one rule did once: it called for `action` (page or ticket) at `start` and was quiet again at `end`."""

    rule: str
    action: str
    start: pd.Timestamp
    end: pd.Timestamp


def episodes(minutes: pd.DatetimeIndex, fires: Flags, rule: str, action: str) -> Iterator[Alert]:
    """Yield one alert for each run of minutes in which `fires` is true: a person is called on a transition only."""
    edges = np.diff(np.concatenate([[0], fires.astype(np.int8), [0]]))
    step = minutes[1] - minutes[0] if len(minutes) > 1 else pd.Timedelta(minutes=1)
    for begin, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        yield Alert(rule, action, minutes[int(begin)], minutes[int(end) - 1] + step)
