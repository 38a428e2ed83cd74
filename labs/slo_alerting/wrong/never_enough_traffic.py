"""So many requests that the service never has them: the alarm sleeps through everything."""

from helpers import aws
from labs.slo_alerting import noisy

EXERCISE = "quiet"
MESSAGE = "the outage got its page never"


def apply() -> None:
    request = noisy.admin_request()
    burn = {"Id": "burn", "Expression": "IF(requests > 1000, errors / requests / 0.01, 0)", "ReturnData": True}
    metrics = [query for query in request["Metrics"] if "MetricStat" in query]
    changed = request | {"Metrics": [*metrics, burn], "Threshold": 14.4}
    aws.client("cloudwatch").put_metric_alarm(**changed)


def undo() -> None:
    noisy.put_admin("slo_alerting")
