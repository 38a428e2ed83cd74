"""The pictures: well formed, with alternative text and a text twin, and saying what the numbers say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import pytest

from helpers import slo
from helpers.oncall import rotation as read
from helpers.show import Picture
from helpers.show.budget import burn_rate, error_budget
from helpers.show.fatigue import fatigue
from helpers.show.rotation import rotation
from tests.unit.oncall.test_rotation import document, turns

MONTH, OBJECTIVE = slo.month(1), slo.Objective(0.999)
ALERTS = slo.replay(MONTH.minutes, OBJECTIVE, slo.STANDARD)
OUTAGE = next(each for each in MONTH.incidents if each.name == "outage")
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


def on_call(people: str = "Ada") -> Picture:
    plan = read(document(**turns(("00:00", "12:00", people), ("12:00", "24:00", "Liz"))))
    return rotation(plan.people, plan.shifts(MONDAY, TUESDAY), MONDAY, TUESDAY)


PICTURES: dict[str, Callable[[], Picture]] = {
    "budget": lambda: error_budget(MONTH, OBJECTIVE, ALERTS),
    "burn": lambda: burn_rate(MONTH, OBJECTIVE, slo.STANDARD[0], OUTAGE),
    "fatigue": lambda: fatigue(MONTH, {"before": ALERTS, "after <mended>": []}),
    "rotation": on_call,
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_is_well_formed_has_alt_text_and_its_text_twin(name: str) -> None:
    html = PICTURES[name]().html
    found = re.search(r"<svg.*</svg>", html, re.DOTALL)
    assert found
    root = ElementTree.fromstring(found[0])
    assert root.get("role") == "img" and root.get("aria-label")
    assert ElementTree.fromstring(f"<r>{html}</r>").findtext(".//pre") == PICTURES[name]().text
    texts = root.findall(".//{http://www.w3.org/2000/svg}text")
    assert texts and all(text.get("fill") is None for text in texts)


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_data_give_the_same_output(name: str) -> None:
    assert PICTURES[name]() == PICTURES[name]()


def test_nothing_is_drawn_outside_of_the_picture() -> None:
    svg = error_budget(MONTH, OBJECTIVE, ALERTS).html
    heights = [float(pair.split(",")[1]) for line in re.findall(r'points="([^"]*)"', svg) for pair in line.split()]
    assert heights and min(heights) >= 30 and max(heights) <= 232


def test_the_budget_tells_what_each_incident_spent() -> None:
    lines = str(error_budget(MONTH, OBJECTIVE, ALERTS)).splitlines()
    assert len(lines) == 8 and lines[2].split()[:2] == ["1", "outage"]
    spent = MONTH.minutes["errors"].sum() / (MONTH.minutes["requests"].sum() * 0.001)
    assert lines[-1] == f"  at the end {1 - spent:.0%} left; 7 pages, 12 tickets"


def test_the_burn_rate_tells_when_both_windows_exceed() -> None:
    lines = str(PICTURES["burn"]()).splitlines()
    assert re.match(r"  over   60 minutes: above 14.4 from 4 to \d+", lines[1])
    assert re.match(r"  over    5 minutes: above 14.4 from 0 to \d+", lines[2])
    assert lines[3].startswith("  both: alerts from 4 to ")


def test_what_was_not_measured_is_not_called_perfect() -> None:
    text = str(PICTURES["fatigue"]())
    assert "before: 7 pages, 0 false, precision 100%, recall 100%" in text
    assert "after <mended>: 0 pages, 0 false, precision not measured, recall 0%" in text


def test_pages_are_counted_on_their_days() -> None:
    row = str(PICTURES["fatigue"]()).splitlines()[2].split()
    assert row[0] == "right" and len(row) == 31 and sum(int(each) for each in row[1:] if each != ".") == 7


def test_a_night_on_call_is_told_with_a_sign_and_a_word() -> None:
    picture = on_call()
    ada = next(line for line in str(picture).splitlines() if line.startswith("  Ada"))
    assert ada.split()[1][0] == "!" and "#" in ada  # 1:00 to 5:00 in Berlin, then the morning
    assert "Ada 12 h, 6 at night" in picture.html and "on call at night" in picture.html


def test_without_shifts_there_are_only_nights() -> None:
    people = read(document()).people
    assert "#" not in str(rotation(people, [], MONDAY, TUESDAY)).split("\n", 1)[1]
