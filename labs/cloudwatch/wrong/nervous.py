"""Wakes somebody for one bad minute."""

from labs.cloudwatch import share_alarm

EXERCISE = "alarm"
MESSAGE = "1 of 1 periods"
undo = share_alarm.remove


def apply() -> None:
    share_alarm.put(EvaluationPeriods=1, DatapointsToAlarm=1)
