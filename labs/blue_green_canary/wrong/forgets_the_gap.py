"""Rolling never leaves customers alone; all at once does."""

from helpers import delivery

EXERCISE = "order"
MESSAGE = "nobody answers for a while, twice"


def apply() -> None:
    delivery.predict("race", "blue_green_canary", fewest="canary", most="rolling")


def undo() -> None:
    delivery.forget("race")
