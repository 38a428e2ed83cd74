"""Looks for the text 500 anywhere in the line."""

from helpers import aws
from labs.cloudwatch import exercises

EXERCISE = "filters"
MESSAGE = "the filter for errors"
PATTERNS = {"errors": '"500"', "requests": ""}


def apply() -> None:
    for name, pattern in PATTERNS.items():
        made = {"metricName": name, "metricNamespace": exercises.namespace(), "metricValue": "1", "defaultValue": 0}
        aws.client("logs").put_metric_filter(
            logGroupName=exercises.group("web"), filterName=name, filterPattern=pattern, metricTransformations=[made]
        )


def undo() -> None:
    for name in PATTERNS:
        aws.client("logs").delete_metric_filter(logGroupName=exercises.group("web"), filterName=name)
