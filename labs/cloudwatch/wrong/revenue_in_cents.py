"""The catalog counts in cents, and so does this answer."""

from helpers import aws
from labs.cloudwatch import exercises

EXERCISE = "custom"
MESSAGE = "revenue in cents"


def apply() -> None:
    orders = exercises._orders_logged()
    data = [
        {"MetricName": "orders", "Value": orders},
        {"MetricName": "revenue", "Value": orders * exercises.CART_CENTS},
    ]
    aws.client("cloudwatch").put_metric_data(Namespace=exercises.namespace(), MetricData=data)
