"""A rule for what is not known yet when it is asked."""

from helpers import aws, tracing

EXERCISE = "sampling"
MESSAGE = "a rule that asks for a status"


def apply() -> None:
    tracing.sampling_rule(
        aws.name("keep"), "tracing", Priority=10, FixedRate=1.0, Attributes={"http.response.status_code": "5*"}
    )


def undo() -> None:
    aws.client("xray").delete_sampling_rule(RuleName=aws.name("keep"))
