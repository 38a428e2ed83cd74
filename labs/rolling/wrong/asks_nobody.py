"""A path that no task knows."""

from helpers import aws, delivery

EXERCISE = "readiness"
MESSAGE = "which a good task does not answer with 200"


def apply() -> None:
    _ask("/healthy")


def undo() -> None:
    _ask("/health")


def _ask(path: str) -> None:
    group = delivery.find_target_group(aws.name("catalog"))
    aws.client("elbv2").modify_target_group(TargetGroupArn=group, HealthCheckPath=path)
