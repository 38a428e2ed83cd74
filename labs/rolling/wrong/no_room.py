"""A little more room, which rounding takes away."""

from helpers import delivery

EXERCISE = "deadlock"
MESSAGE = "room for one task more"


def apply() -> None:
    delivery.find("small", "rolling").update(
        deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 190}
    )


def undo() -> None:
    stuck = {"minimumHealthyPercent": 50, "maximumPercent": 150}
    delivery.find("small", "rolling").update(desiredCount=1, deploymentConfiguration=stuck)
