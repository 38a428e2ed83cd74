"""A gate that is never open."""

from labs.blue_green_canary import grounds, hooks

EXERCISE = "rehearsal"
MESSAGE = "a good release was refused"


def apply() -> None:
    hooks.rehearsal("\ndef is_good(ask):\n    return False\n", grounds.find_road("handed"))


def undo() -> None:
    hooks.rehearsal(hooks.FIRST_QUESTION, grounds.find_road("handed"))
