"""The long window alone, without a composite."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "page"
MESSAGE = "and no composite alarm"
FAST = "burn-fast"
CHILDREN = ("burn-fast-long", "burn-fast-short")


def apply() -> None:
    cloud.put_burn_alarm(aws.name(CHILDREN[0]), 60, 14.4, slo.Objective(0.999), aws.name("shop"), "slo_alerting")


def undo() -> None:
    _restoring.delete(FAST, *CHILDREN)
