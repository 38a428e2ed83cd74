"""Five minutes, and the customers report after forty."""

from labs.blue_green_canary import keeping

EXERCISE = "keep"
MESSAGE = "are gone after 5 minutes"


def apply() -> None:
    keeping.keep(5)


def undo() -> None:
    keeping.keep(1)
