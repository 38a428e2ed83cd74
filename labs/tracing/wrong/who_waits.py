"""The one that waits for many short calls."""

from helpers import aws, tracing

EXERCISE = "feed"
MESSAGE = "whose own work decides 210 of 1000 ms"


def apply() -> None:
    tracing.group(aws.name("feed"), f'service("{aws.name("feed-posts")}")', "tracing")


def undo() -> None:
    aws.client("xray").delete_group(GroupName=aws.name("feed"))
