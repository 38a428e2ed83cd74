"""Twenty times 200, and nobody looks at what came with it."""

from labs.blue_green_canary import grounds, hooks

EXERCISE = "rehearsal"
MESSAGE = "has no prices, passed the rehearsal"


def apply() -> None:
    question = '\ndef is_good(ask):\n    return all(ask("/products")[0] == 200 for _ in range(20))\n'
    hooks.rehearsal(question, grounds.find_road("handed"))


def undo() -> None:
    hooks.rehearsal(hooks.FIRST_QUESTION, grounds.find_road("handed"))
