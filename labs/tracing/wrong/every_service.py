"""A pattern that every service's line of a failure fits."""

from helpers import aws

EXERCISE = "failures"
MESSAGE = "lines chosen for"


def apply() -> None:
    aws.client("logs").put_metric_filter(
        logGroupName=aws.name("shop-lines"),
        filterName="failed",
        filterPattern='{ $.level = "ERROR" }',
        metricTransformations=[{"metricNamespace": "Shop", "metricName": "Failed", "metricValue": "1"}],
    )


def undo() -> None:
    aws.client("logs").delete_metric_filter(logGroupName=aws.name("shop-lines"), filterName="failed")
