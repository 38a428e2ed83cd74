"""Cheap, and nobody knows whose order it was."""

from helpers import observability
from labs.cloudwatch import exercises

EXERCISE = "cardinality"
MESSAGE = "lines that do not say whose order it was"


def apply() -> None:
    space = exercises.namespace("checkout")
    line = observability.emf(space, [["service"]], {"price": "None"}, service="orders", price=14.0)
    observability.put_lines(exercises.group("checkout"), "wrong", [line] * exercises.CUSTOMERS)
    observability.quietly("the metric", lambda: exercises._listed(space))
