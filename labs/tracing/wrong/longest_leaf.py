"""The longest bar that waits for nobody."""

from helpers import aws, tracing

EXERCISE = "bookings"
MESSAGE = "whose own work decides 300 of 1000 ms"


def apply() -> None:
    tracing.group(aws.name("bookings"), f'service("{aws.name("bookings-payment")}")', "tracing")


def undo() -> None:
    aws.client("xray").delete_group(GroupName=aws.name("bookings"))
