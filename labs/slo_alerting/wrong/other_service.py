"""Alarms on a service that publishes nothing."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "page"
MESSAGE = "which nobody publishes"
FAST = "burn-fast"
CHILDREN = ("burn-fast-long", "burn-fast-short")


def apply() -> None:
    cloud.put_pair(aws.name(FAST), slo.STANDARD[0], slo.Objective(0.999), "shop", "slo_alerting", "https://")


def undo() -> None:
    _restoring.delete(FAST, *CHILDREN)
