"""Several datapoints for everything, and everything still pages."""

from helpers import aws
from labs.slo_alerting import noisy
from labs.slo_alerting.wrong import _restoring

EXERCISE = "fatigue"
MESSAGE = "pages were in vain"
ADDED = ()


def apply() -> None:
    for request in noisy.requests().values():
        aws.client("cloudwatch").put_metric_alarm(**request | {"EvaluationPeriods": 5, "DatapointsToAlarm": 3})


def undo() -> None:
    _restoring.delete(*ADDED)
    _restoring.team()
