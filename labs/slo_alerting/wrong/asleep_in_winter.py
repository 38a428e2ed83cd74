"""Handovers an hour too early: right in summer, night in winter."""

from helpers import aws
from helpers.slo import documents
from labs.slo_alerting import team

EXERCISE = "rotation"
MESSAGE = "hours of night"


def apply() -> None:
    turns = [
        {"from": "00:00", "to": "06:30", "people": ["Mei", "Kenji"]},
        {"from": "06:30", "to": "15:00", "people": ["Ada", "Tom"]},
        {"from": "15:00", "to": "00:00", "people": ["Liz", "Ben"]},
    ]
    document = {
        "begins": team.BEGINS,
        "people": team.PEOPLE,
        "turns": turns,
        "escalation": [{"to": "on call", "minutes": 5}, {"to": "next", "minutes": 10}],
    }
    documents.store("rotation", document, "slo_alerting")


def undo() -> None:
    aws.client("ssm").delete_parameter(Name=aws.name("rotation"))
