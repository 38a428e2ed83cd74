"""The alarms that watch a deployment to Lambda."""

from __future__ import annotations

from typing import Any

from ..watched_alarms import watched


class AlarmMissing(Exception):
    """An alarm that is to watch does not exist; the message names it."""


def ringing(cloudwatch: Any, names: list[str]) -> list[str]:
    """Return which of the alarms `names` are in ALARM. Raises AlarmMissing, and ClientError of CloudWatch."""
    if not names:
        return []
    states = {alarm["AlarmName"]: alarm["StateValue"] for alarm in watched(cloudwatch, names)}
    if missing := [name for name in names if name not in states]:
        raise AlarmMissing(f"There is no alarm {', '.join(missing)} in this account and region.")
    return [name for name in names if states[name] == "ALARM"]
