"""The first step after a minute, so ten pauses."""

from helpers import delivery

EXERCISE = "schedule"
MESSAGE = "a first step that is taken at once"


def apply() -> None:
    delivery.predict("linear", "blue_green_canary", after=30, all_at=10)


def undo() -> None:
    delivery.forget("linear")
