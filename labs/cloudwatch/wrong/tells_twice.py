"""The right rule, and the alarm on errors still tells by itself."""

from labs.cloudwatch import share_alarm
from labs.cloudwatch.wrong import either

EXERCISE = "composite"
MESSAGE = "still tells by itself"
undo = either.undo


def apply() -> None:
    either.apply('ALARM("{errors}") AND ALARM("{traffic}")')
    share_alarm.put()
