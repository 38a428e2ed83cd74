"""A second task, all day long."""

from helpers import delivery

EXERCISE = "deadlock"
MESSAGE = "one task, as before"


def apply() -> None:
    delivery.find("small", "rolling").update(desiredCount=2)


def undo() -> None:
    stuck = {"minimumHealthyPercent": 50, "maximumPercent": 150}
    delivery.find("small", "rolling").update(desiredCount=1, deploymentConfiguration=stuck)
