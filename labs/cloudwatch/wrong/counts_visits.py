"""Counts every visit as an order."""

from helpers import aws
from labs.cloudwatch import exercises

EXERCISE = "custom"
MESSAGE = "as many as the log of the service orders tells of"


def apply() -> None:
    data = [{"MetricName": "orders", "Value": 60}, {"MetricName": "revenue", "Value": 840}]
    aws.client("cloudwatch").put_metric_data(Namespace=exercises.namespace(), MetricData=data)
