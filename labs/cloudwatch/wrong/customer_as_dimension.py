"""Makes a metric of each customer."""

from helpers import observability
from labs.cloudwatch import exercises

EXERCISE = "cardinality"
MESSAGE = "told apart by customer"


def apply() -> None:
    lines = [
        observability.emf(
            exercises.namespace("checkout"),
            [["customer"]],
            {"price": "None"},
            customer=f"c{number:02}",
            price=14.0,
        )
        for number in range(exercises.CUSTOMERS)
    ]
    observability.put_lines(exercises.group("checkout"), "wrong", lines)
    observability.quietly("the metrics", lambda: exercises._listed(exercises.namespace("checkout"))[2:])
