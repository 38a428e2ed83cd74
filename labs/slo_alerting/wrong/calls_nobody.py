"""A composite without an action."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "page"
MESSAGE = "calls nobody"
FAST = "burn-fast"
CHILDREN = ("burn-fast-long", "burn-fast-short")


def apply() -> None:
    cloud.put_pair(aws.name(FAST), slo.STANDARD[0], slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://")
    rule = " AND ".join(f"ALARM({aws.name(child)})" for child in CHILDREN)
    aws.client("cloudwatch").put_composite_alarm(AlarmName=aws.name(FAST), AlarmRule=rule)


def undo() -> None:
    _restoring.delete(FAST, *CHILDREN)
