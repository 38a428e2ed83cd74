"""As long as CodeDeploy allows."""

from labs.blue_green_canary import keeping

EXERCISE = "keep"
MESSAGE = "96 task hours"


def apply() -> None:
    keeping.keep(2880)


def undo() -> None:
    keeping.keep(1)
