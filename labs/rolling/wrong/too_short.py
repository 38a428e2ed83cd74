"""Less than a report takes."""

from helpers import aws, delivery

EXERCISE = "draining"
MESSAGE = "requests were cut off"


def apply() -> None:
    _wait(2)


def undo() -> None:
    _wait(0)


def _wait(seconds: int) -> None:
    group = delivery.find_target_group(aws.name("catalog"))
    assert group is not None
    delivery.drain(group, seconds)
