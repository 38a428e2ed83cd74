"""The fast pair alone: what burns slowly is never told."""

from helpers import aws
from helpers.slo import documents

EXERCISE = "policy"
MESSAGE = "the creeping failure got its page never"


def apply() -> None:
    documents.store("burn-policy", [{"burn": 14.4, "long": 60, "short": 5, "action": "page"}], "slo_alerting")


def undo() -> None:
    aws.client("ssm").delete_parameter(Name=aws.name("burn-policy"))
