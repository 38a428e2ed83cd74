"""States, and the names of alarms."""

from __future__ import annotations

from typing import Literal

StateValue = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


def name_of(name_or_arn: str) -> str:
    """Return the name of the alarm that a name or an ARN means."""
    parts = name_or_arn.split(":", 6)
    if len(parts) == 7 and parts[0] == "arn" and parts[2] == "cloudwatch" and parts[5] == "alarm":
        return parts[6]
    return name_or_arn
