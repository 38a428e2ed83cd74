"""A number that the configuration does not know."""

from helpers import delivery

EXERCISE = "schedule"
MESSAGE = "ten percent a minute, from minute 0 on"


def apply() -> None:
    delivery.predict("linear", "blue_green_canary", after=35, all_at=5)


def undo() -> None:
    delivery.forget("linear")
