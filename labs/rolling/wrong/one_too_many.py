"""One and a half of three tasks, rounded up."""

from helpers import delivery

EXERCISE = "prediction"
MESSAGE = "rounded to the careful side"


def apply() -> None:
    delivery.predict("rolling", "rolling", least=2, most=5)


def undo() -> None:
    delivery.forget("rolling")
