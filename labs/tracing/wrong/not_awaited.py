"""The most work of all, which nobody waits for."""

from helpers import aws, tracing

EXERCISE = "search"
MESSAGE = "which is not on the critical path"


def apply() -> None:
    tracing.group(aws.name("search"), f'service("{aws.name("search-statistics")}")', "tracing")


def undo() -> None:
    aws.client("xray").delete_group(GroupName=aws.name("search"))
