"""Windows written for people, not for the program that reads them."""

from helpers import aws
from helpers.slo import documents

EXERCISE = "policy"
MESSAGE = "Entry 1: long is '1h'"


def apply() -> None:
    documents.store("burn-policy", [{"burn": 14.4, "long": "1h", "short": "5m", "action": "page"}], "slo_alerting")


def undo() -> None:
    aws.client("ssm").delete_parameter(Name=aws.name("burn-policy"))
