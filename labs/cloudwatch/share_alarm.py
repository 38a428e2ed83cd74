"""The alarm on the share of requests that fail, with what a wrong answer changes in it."""

from typing import Any

from helpers import aws, observability
from labs.cloudwatch import exercises


def put(expression: str = "100 * errors / requests", **changes: Any) -> None:
    """Make the alarm as the solution does, but for `changes`."""
    space = exercises.namespace()
    queries = [
        {"Id": "share", "Expression": expression},
        {**observability.query(space, "errors", id="errors"), "ReturnData": False},
        {**observability.query(space, "requests", id="requests"), "ReturnData": False},
    ]
    settings: dict[str, Any] = {
        "AlarmName": aws.name("errors"),
        "Metrics": queries,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [f"arn:aws:sns:{aws.region()}:{aws.account()}:{aws.name('alarms')}"],
        "Tags": [{"Key": key, "Value": value} for key, value in aws.tags("cloudwatch").items()],
        **changes,
    }
    kept = {key: value for key, value in settings.items() if value is not None}
    aws.client("cloudwatch").put_metric_alarm(**kept)


def remove() -> None:
    """Delete it again."""
    aws.client("cloudwatch").delete_alarms(AlarmNames=[aws.name("errors")])
