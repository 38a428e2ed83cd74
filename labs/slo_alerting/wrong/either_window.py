"""OR in the place of AND: each window pages by itself."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "page"
MESSAGE = "pages were in vain, the first by"
FAST = "burn-fast"
CHILDREN = ("burn-fast-long", "burn-fast-short")


def apply() -> None:
    cloud.put_pair(aws.name(FAST), slo.STANDARD[0], slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://")
    rule = f"ALARM({aws.name(CHILDREN[0])}) OR ALARM({aws.name(CHILDREN[1])})"
    aws.client("cloudwatch").put_composite_alarm(
        AlarmName=aws.name(FAST), AlarmRule=rule, AlarmActions=[_restoring.pages()]
    )


def undo() -> None:
    _restoring.delete(FAST, *CHILDREN)
