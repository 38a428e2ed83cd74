"""The alarm counts the errors that a release reports: one that is dead reports none."""

from helpers import aws
from labs.commit_to_production.wrong import _restoring

EXERCISE = "canary"
MESSAGE = "alarm with missing data: "


def apply() -> None:
    _restoring.watch("errors", "FILL(errors, 0)")
    _restoring.guarded(aws.name("customers-hurt"))


def undo() -> None:
    _restoring.group()
    _restoring.forget_alarm()
