"""The alarm stops the deployment, and a tenth of the customers stays where it is."""

from helpers import aws, delivery
from labs.blue_green_canary import native

EXERCISE = "canary"
MESSAGE = "stops the deployment where it stands"


def apply() -> None:
    step = {"canaryPercent": 10, "canaryBakeTimeInMinutes": 5}
    watched = {"alarmNames": [aws.name("shop-errors")], "enable": True, "rollback": False}
    chosen = {"strategy": "CANARY", "canaryConfiguration": step, "alarms": watched, "bakeTimeInMinutes": 5}
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=chosen)


def undo() -> None:
    delivery.find("catalog", "blue_green_canary").update(deploymentConfiguration=native.plain())
