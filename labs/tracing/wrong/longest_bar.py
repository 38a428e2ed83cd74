"""The longest bar: it waits for everything else."""

from helpers import aws, tracing

EXERCISE = "bookings"
MESSAGE = "requests through one service, and no others"


def apply() -> None:
    tracing.group(aws.name("bookings"), f'service("{aws.name("bookings-web")}")', "tracing")


def undo() -> None:
    aws.client("xray").delete_group(GroupName=aws.name("bookings"))
