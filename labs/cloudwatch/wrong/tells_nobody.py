"""Tells nobody."""

from labs.cloudwatch import share_alarm

EXERCISE = "alarm"
MESSAGE = "an alarm that tells nobody"
undo = share_alarm.remove


def apply() -> None:
    share_alarm.put(AlarmActions=[])
