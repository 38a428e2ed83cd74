"""Two people on call at once: each waits for the other."""

from helpers import aws
from helpers.slo import documents
from labs.slo_alerting import team

EXERCISE = "rotation"
MESSAGE = "More than one person is on call"


def apply() -> None:
    turns = [
        {"from": "00:00", "to": "09:00", "people": ["Mei", "Kenji"]},
        {"from": "08:00", "to": "16:00", "people": ["Ada", "Tom"]},
        {"from": "16:00", "to": "00:00", "people": ["Liz", "Ben"]},
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
