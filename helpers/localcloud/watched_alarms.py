"""The alarms that watch a deployment or a stage, as CloudWatch describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_KINDS = ["MetricAlarm", "CompositeAlarm"]


def watched(cloudwatch: Any, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the metric and composite alarms (API shapes MetricAlarm and CompositeAlarm) of `names` that there are.

    `cloudwatch` is a client. Raises ClientError and BotoCoreError.
    """
    found = cloudwatch.describe_alarms(AlarmNames=list(names), AlarmTypes=_KINDS)
    return [*found["MetricAlarms"], *found["CompositeAlarms"]]
