"""Compares a percentage with a share."""

from labs.cloudwatch import share_alarm

EXERCISE = "alarm"
MESSAGE = "would count"
undo = share_alarm.remove


def apply() -> None:
    share_alarm.put(Threshold=0.05)
