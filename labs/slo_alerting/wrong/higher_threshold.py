"""A higher burn rate: one failure of two requests exceeds it, too."""

from helpers import aws
from labs.slo_alerting import noisy

EXERCISE = "quiet"
MESSAGE = "pages were in vain, the first by"


def apply() -> None:
    request = noisy.admin_request()
    burn = {"Id": "burn", "Expression": "errors / requests / 0.01", "ReturnData": True}
    metrics = [query for query in request["Metrics"] if "MetricStat" in query]
    changed = request | {"Metrics": [*metrics, burn], "Threshold": 30.0}
    aws.client("cloudwatch").put_metric_alarm(**changed)


def undo() -> None:
    noisy.put_admin("slo_alerting")
