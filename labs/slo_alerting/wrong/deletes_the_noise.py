"""The noise goes, and with it all that told of slow failures."""

from labs.slo_alerting.wrong import _restoring

EXERCISE = "fatigue"
MESSAGE = "the creeping failure got its page never"
ADDED = ()


def apply() -> None:
    _restoring.delete("errors", "error-rate", "slow", "cpu")


def undo() -> None:
    _restoring.delete(*ADDED)
    _restoring.team()
