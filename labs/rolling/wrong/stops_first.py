"""The only task may stop before the next one runs."""

from helpers import delivery

EXERCISE = "deadlock"
MESSAGE = "at least one task at every moment"


def apply() -> None:
    delivery.find("small", "rolling").update(
        deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100}
    )


def undo() -> None:
    stuck = {"minimumHealthyPercent": 50, "maximumPercent": 150}
    delivery.find("small", "rolling").update(desiredCount=1, deploymentConfiguration=stuck)
