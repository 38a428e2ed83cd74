"""A rule for the service that fails, which does not decide."""

from helpers import aws, tracing

EXERCISE = "sampling"
MESSAGE = "failed orders have no trace"


def apply() -> None:
    tracing.sampling_rule(aws.name("keep"), "tracing", Priority=10, FixedRate=1.0, ServiceName=aws.name("orders"))


def undo() -> None:
    aws.client("xray").delete_sampling_rule(RuleName=aws.name("keep"))
