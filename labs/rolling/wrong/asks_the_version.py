"""A path that is there long before the task is ready."""

from helpers import aws, delivery

EXERCISE = "readiness"
MESSAGE = "requests reached tasks that were not ready"


def apply() -> None:
    _ask("/version")


def undo() -> None:
    _ask("/health")


def _ask(path: str) -> None:
    group = delivery.find_target_group(aws.name("catalog"))
    aws.client("elbv2").modify_target_group(TargetGroupArn=group, HealthCheckPath=path)
