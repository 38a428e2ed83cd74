"""Half of three tasks, rounded to the side that breaks the promise."""

from helpers import delivery

EXERCISE = "prediction"
MESSAGE = "rounded to the careful side"


def apply() -> None:
    delivery.predict("rolling", "rolling", least=1, most=4)


def undo() -> None:
    delivery.forget("rolling")
