"""A rule that takes every request."""

from helpers import aws, tracing

EXERCISE = "sampling"
MESSAGE = "of all requests traced"


def apply() -> None:
    tracing.sampling_rule(aws.name("keep"), "tracing", Priority=10, FixedRate=1.0)


def undo() -> None:
    aws.client("xray").delete_sampling_rule(RuleName=aws.name("keep"))
