"""A tenth for no time at all."""

from helpers import aws, delivery
from labs.blue_green_canary import native

EXERCISE = "canary"
MESSAGE = "after it had up to 100 % of the customers"


def apply() -> None:
    step = {"canaryPercent": 10, "canaryBakeTimeInMinutes": 0}
    chosen = native.guarded(aws.name("shop-errors"), "CANARY", canaryConfiguration=step, bakeTimeInMinutes=5)
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=chosen)


def undo() -> None:
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=native.plain())
