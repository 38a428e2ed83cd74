"""The right lines, and the wrong thing added up."""

from helpers import aws

EXERCISE = "failures"
MESSAGE = "each failed request adds 1"


def apply() -> None:
    aws.client("logs").put_metric_filter(
        logGroupName=aws.name("shop-lines"),
        filterName="failed",
        filterPattern='{ $.service = "web" && $.status >= 500 }',
        metricTransformations=[{"metricNamespace": "Shop", "metricName": "Failed", "metricValue": "$.duration_ms"}],
    )


def undo() -> None:
    aws.client("logs").delete_metric_filter(logGroupName=aws.name("shop-lines"), filterName="failed")
