"""A path that no fault touches."""

from labs.blue_green_canary import grounds, hooks

EXERCISE = "rehearsal"
MESSAGE = "fails half of its requests, passed the rehearsal"


def apply() -> None:
    question = '\ndef is_good(ask):\n    return ask("/version")[0] == 200\n'
    hooks.rehearsal(question, grounds.find_road("handed"))


def undo() -> None:
    hooks.rehearsal(hooks.FIRST_QUESTION, grounds.find_road("handed"))
