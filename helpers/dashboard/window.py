"""The time that a widget covers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_RELATIVE = re.compile(r"-P(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (30 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1)
DEFAULT = "-PT3H"


class NotAWindow(ValueError):
    """A start or an end is neither a moment nor a duration before now."""


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, both in epoch seconds."""

    start: float
    end: float


def window_of(given: Mapping[str, Any], now: float, time_scale: float = 1.0) -> Window:
    """Return what "start" ("-PT3H" or ISO 8601) and "end" of `given` mean at `now` (epoch seconds).

    A duration is one of AWS's time: where `time_scale` is 60, an hour of it is a minute. Raises NotAWindow.
    """
    end = _moment(given["end"], now, time_scale) if "end" in given else now
    start = _moment(given.get("start", DEFAULT), now, time_scale)
    if start >= end:
        raise NotAWindow(f"The start {given.get('start', DEFAULT)} is not before the end")
    return Window(start, end)


def _moment(text: str, now: float, time_scale: float) -> float:
    if (found := _RELATIVE.fullmatch(text)) and any(found.groups()):
        seconds = sum(int(number or 0) * unit for number, unit in zip(found.groups(), _SECONDS, strict=True))
        return now - seconds / time_scale
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAWindow(f"{text!r} is neither a duration before now such as -PT3H nor a moment in ISO 8601") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
