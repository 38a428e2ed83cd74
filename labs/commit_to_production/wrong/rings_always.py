"""An alarm that rings whatever a release does: it stops the bad ones, and all others."""

from helpers import aws
from labs.commit_to_production.wrong import _restoring

EXERCISE = "canary"
MESSAGE = "rings while all customers are served"


def apply() -> None:
    _restoring.watch("asked", "FILL(asked, 0)", Threshold=-1, TreatMissingData="breaching")
    _restoring.guarded(aws.name("customers-hurt"))


def undo() -> None:
    _restoring.group()
    _restoring.forget_alarm()
