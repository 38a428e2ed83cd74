"""Blue stays, and nobody thinks of it."""

from labs.blue_green_canary import keeping

EXERCISE = "keep"
MESSAGE = "until somebody remembers them"


def apply() -> None:
    keeping.keep(0, "KEEP_ALIVE")


def undo() -> None:
    keeping.keep(1)
