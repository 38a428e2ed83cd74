"""Says nothing when no line matches."""

from helpers import aws
from labs.cloudwatch import exercises
from labs.cloudwatch.wrong.any_500 import undo

__all__ = ["undo"]

EXERCISE = "filters"
MESSAGE = "says nothing when no line matches"


def apply() -> None:
    for name, pattern in {"errors": "{ $.status >= 500 }", "requests": ""}.items():
        made = {"metricName": name, "metricNamespace": exercises.namespace(), "metricValue": "1"}
        aws.client("logs").put_metric_filter(
            logGroupName=exercises.group("web"), filterName=name, filterPattern=pattern, metricTransformations=[made]
        )
