"""The bounds of 100 and 200 percent, which the cell replaces."""

from helpers import delivery

EXERCISE = "prediction"
MESSAGE = "50 % and 150 % of three tasks"


def apply() -> None:
    delivery.predict("rolling", "rolling", least=3, most=6)


def undo() -> None:
    delivery.forget("rolling")
