"""What the checks replay and the learner has not seen: other months, other absences."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from helpers.slo import Month, month, quiet_service


@lru_cache(1)
def months() -> tuple[Month, ...]:
    """Return two months of the shop."""
    return month(7411), month(9023)


@lru_cache(1)
def quiet_months() -> tuple[Month, ...]:
    """Return two months of the admin service, each with one outage."""
    return quiet_service(5051), quiet_service(6007)


AWAY = {
    "Mei": "2027-03-01", "Kenji": "2027-06-14", "Ada": "2027-03-22", "Tom": "2026-12-07",
    "Liz": "2027-10-25", "Ben": "2027-05-03",
}  # fmt: skip
"""Mondays on which each person falls ill for the week."""


def with_other_absences(document: dict[str, Any]) -> dict[str, Any]:
    """Return a rotation's document in which everybody is away at other times."""
    people = [each | {"away": [_week(AWAY[each["name"]])]} for each in document["people"] if each["name"] in AWAY]
    return document | {"people": people}


def _week(monday: str) -> list[str]:
    return [monday, (date.fromisoformat(monday) + timedelta(days=6)).isoformat()]
