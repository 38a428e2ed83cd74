"""Takes a quiet night for an incident."""

from labs.cloudwatch import share_alarm

EXERCISE = "alarm"
MESSAGE = "missing data are breaching"
undo = share_alarm.remove


def apply() -> None:
    share_alarm.put(TreatMissingData="breaching")
