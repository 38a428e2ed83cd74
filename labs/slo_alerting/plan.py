"""A rotation like the solution's, with what a wrong answer changes in it."""

from collections.abc import Sequence
from typing import Any

from helpers import aws
from helpers.slo import documents
from labs.slo_alerting import team

Turn = tuple[str, str, Sequence[str]]
EAST: Turn = ("00:00", "08:00", ("Mei", "Kenji"))
MIDDLE: Turn = ("08:00", "16:00", ("Ada", "Tom"))
WEST: Turn = ("16:00", "00:00", ("Liz", "Ben"))
CHAIN = (("on call", 5), ("next", 10))


def keep(*turns: Turn, chain: Sequence[tuple[str, int]] = CHAIN) -> None:
    """Keep the rotation of `turns` (from, to, people) with the escalation `chain` (to whom, minutes)."""
    document: dict[str, Any] = {
        "begins": team.BEGINS,
        "people": team.PEOPLE,
        "turns": [{"from": begin, "to": end, "people": list(people)} for begin, end, people in turns],
        "escalation": [{"to": whom, "minutes": minutes} for whom, minutes in chain],
    }
    documents.store("rotation", document, "slo_alerting")


def remove() -> None:
    """Take the rotation back."""
    aws.client("ssm").delete_parameter(Name=aws.name("rotation"))
