"""A page as soon as five minutes burn: every blip wakes somebody."""

from helpers import aws
from helpers.slo import documents

EXERCISE = "policy"
MESSAGE = "pages were in vain, the first by 14.4 over 5m"


def apply() -> None:
    pairs = [
        {"burn": 14.4, "long": 5, "short": 5, "action": "page"},
        {"burn": 6, "long": 360, "short": 30, "action": "page"},
        {"burn": 1, "long": 4320, "short": 360, "action": "ticket"},
    ]
    documents.store("burn-policy", pairs, "slo_alerting")


def undo() -> None:
    aws.client("ssm").delete_parameter(Name=aws.name("burn-policy"))
