"""The error rate in percent is held against 14.4, which is a burn rate."""

from helpers import aws, slo
from helpers.slo import cloud
from labs.slo_alerting.wrong import _restoring

EXERCISE = "page"
MESSAGE = "in ALARM only above 14.4 % errors"
FAST = "burn-fast"
CHILDREN = ("burn-fast-long", "burn-fast-short")


def apply() -> None:
    cloud.put_pair(aws.name(FAST), slo.STANDARD[0], slo.Objective(0.999), aws.name("shop"), "slo_alerting", "https://")
    for name, minutes in zip(CHILDREN, (60, 5), strict=True):
        percent = {"Id": "percent", "Expression": "100 * errors / requests", "ReturnData": True}
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName=aws.name(name), Metrics=[*cloud.counts(aws.name("shop"), minutes), percent],
            ComparisonOperator="GreaterThanThreshold", Threshold=14.4, EvaluationPeriods=1,
        )  # fmt: skip


def undo() -> None:
    _restoring.delete(FAST, *CHILDREN)
