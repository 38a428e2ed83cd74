"""Every request of a customer, failed or not."""

from helpers import aws

EXERCISE = "failures"
MESSAGE = "lines of the failed requests and no others"


def apply() -> None:
    aws.client("logs").put_metric_filter(
        logGroupName=aws.name("shop-lines"),
        filterName="failed",
        filterPattern='{ $.service = "web" }',
        metricTransformations=[{"metricNamespace": "Shop", "metricName": "Failed", "metricValue": "1"}],
    )


def undo() -> None:
    aws.client("logs").delete_metric_filter(logGroupName=aws.name("shop-lines"), filterName="failed")
