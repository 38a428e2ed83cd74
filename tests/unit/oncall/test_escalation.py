"""A page goes up its chain until somebody answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from helpers.oncall import Rotation, escalate, rotation
from tests.unit.oncall.test_rotation import PEOPLE, document

CHAIN = [{"to": "on call", "minutes": 5}, {"to": "next", "minutes": 10}, {"to": "Liz", "minutes": 15}]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""Ada is on call, and Tom would stand in."""


def plan(**changes: Any) -> Rotation:
    return rotation(document(escalation=CHAIN) | changes)


def test_who_answers_in_time_is_the_only_one_called() -> None:
    done = escalate(plan(), NOON, {"Ada": 4})
    assert [(call.minute, call.name, call.local) for call in done.calls] == [(0, "Ada", "13:00")]
    assert (done.answered_by, done.minutes) == ("Ada", 4)


def test_silence_goes_up_the_chain_with_its_time_limits() -> None:
    done = escalate(plan(), NOON, {"Liz": 2})
    assert [(call.minute, call.name) for call in done.calls] == [(0, "Ada"), (5, "Tom"), (15, "Liz")]
    assert (done.answered_by, done.minutes) == ("Liz", 17)


def test_when_nobody_answers_that_is_said() -> None:
    done = escalate(plan(), NOON, {})
    assert (done.answered_by, done.minutes, len(done.calls)) == (None, None, 3)


def test_a_late_answer_counts_and_keeps_the_rest_asleep() -> None:
    done = escalate(plan(), NOON, {"Ada": 7, "Tom": 9})
    assert (done.answered_by, done.minutes, len(done.calls)) == ("Ada", 7, 2)


def test_an_answer_just_at_the_limit_is_in_time() -> None:
    assert len(escalate(plan(), NOON, {"Ada": 5}).calls) == 1


def test_a_level_without_anybody_is_passed_at_once() -> None:
    away = [each | ({"away": [["2026-12-01", "2026-12-01"]]} if each["name"] == "Tom" else {}) for each in PEOPLE]
    done = escalate(plan(people=away), NOON, {"Liz": 1})
    assert [(call.minute, call.name) for call in done.calls] == [(0, "Ada"), (5, "Liz")]


def test_a_page_at_a_handover_finds_who_has_just_begun() -> None:
    assert escalate(plan(), datetime(2026, 12, 1, 16, tzinfo=UTC), {}).calls[0].name == "Liz"
    assert escalate(plan(), datetime(2026, 12, 1, 15, 59, tzinfo=UTC), {}).calls[0].name == "Ada"
    assert escalate(plan(), datetime(2026, 11, 1, tzinfo=UTC), {}).calls[0].name == "Liz"


def test_without_a_chain_nobody_is_called() -> None:
    assert escalate(plan(escalation=[]), NOON, {"Ada": 1}).calls == ()
