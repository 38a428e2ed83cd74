"""The people who take turns on call for the shop."""

from __future__ import annotations

from typing import Any

PEOPLE: list[dict[str, Any]] = [
    {"name": "Mei", "zone": "Asia/Singapore", "away": [["2027-02-05", "2027-02-12"]]},
    {"name": "Kenji", "zone": "Asia/Tokyo", "away": [["2027-04-29", "2027-05-05"]]},
    {"name": "Ada", "zone": "Europe/Berlin", "away": [["2026-12-24", "2027-01-03"]]},
    {"name": "Tom", "zone": "Europe/London", "away": [["2027-08-02", "2027-08-15"]]},
    {"name": "Liz", "zone": "America/New_York", "away": [["2027-07-01", "2027-07-11"]]},
    {"name": "Ben", "zone": "America/Los_Angeles", "away": [["2026-12-19", "2026-12-27"]]},
]
BEGINS, UNTIL = "2026-11-30", "2027-11-29"
"""A year from a Monday to a Monday, with four days on which some clock changes."""
