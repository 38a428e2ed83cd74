"""More than anybody waits for."""

from helpers import aws, delivery

EXERCISE = "draining"
MESSAGE = "for which every task of every release waits"


def apply() -> None:
    _wait(3600)


def undo() -> None:
    _wait(0)


def _wait(seconds: int) -> None:
    group = delivery.find_target_group(aws.name("catalog"))
    assert group is not None
    delivery.drain(group, seconds)
