"""Blue/green goes back fast, and shows the release to everybody first."""

from helpers import delivery

EXERCISE = "order"
MESSAGE = "blue/green as the way that hurts fewest"


def apply() -> None:
    delivery.predict("race", "blue_green_canary", fewest="blue/green", most="all at once")


def undo() -> None:
    delivery.forget("race")
