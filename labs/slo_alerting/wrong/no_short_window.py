"""Long windows alone: the page goes on for hours after the incident."""

from helpers import aws
from helpers.slo import documents

EXERCISE = "policy"
MESSAGE = "minutes after its incident"


def apply() -> None:
    pairs = [
        {"burn": 14.4, "long": 60, "short": 60, "action": "page"},
        {"burn": 6, "long": 360, "short": 360, "action": "page"},
        {"burn": 1, "long": 4320, "short": 4320, "action": "ticket"},
    ]
    documents.store("burn-policy", pairs, "slo_alerting")


def undo() -> None:
    aws.client("ssm").delete_parameter(Name=aws.name("burn-policy"))
