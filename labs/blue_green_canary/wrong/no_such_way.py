"""A way that did not run."""

from helpers import delivery

EXERCISE = "order"
MESSAGE = "two of all at once, rolling, blue/green, canary"


def apply() -> None:
    delivery.predict("race", "blue_green_canary", fewest="linear", most="all at once")


def undo() -> None:
    delivery.forget("race")
