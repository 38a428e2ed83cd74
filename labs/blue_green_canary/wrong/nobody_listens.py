"""A canary, and no alarm."""

from helpers import delivery
from labs.blue_green_canary import native

EXERCISE = "canary"
MESSAGE = "and nobody who looks on"


def apply() -> None:
    step = {"canaryPercent": 10, "canaryBakeTimeInMinutes": 5}
    chosen = {**native.plain(), "strategy": "CANARY", "canaryConfiguration": step}
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=chosen)


def undo() -> None:
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=native.plain())
