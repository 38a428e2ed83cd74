"""The six examples of the user guide, with WaitPeriod 2 and ExtensionPeriod 3, second by second."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cloudwatch.alarms import suppression
from helpers.localcloud.cloudwatch.alarms.model import Suppression

WAIT, EXTENSION = 2.0, 3.0


@dataclass
class Timeline:
    """A composite and its suppressor, driven by "t2 composite ALARM"; notes what is done and what holds it back."""

    in_alarm: bool = False
    state: str = "OK"
    machine: Suppression = suppression.IDLE
    acted: list[tuple[int, str]] = field(default_factory=list)
    held: dict[int, str | None] = field(default_factory=dict)

    def play(self, events: dict[int, tuple[str, str]], until: int = 12) -> Timeline:
        for second in range(until):
            self._take(second, suppression.time_passed(self.machine, second))
            who, state = events.get(second, ("", ""))
            if who == "composite":
                self.state = state
                self._take(second, suppression.composite_changed(self.in_alarm, second, WAIT))
            elif who == "suppressor":
                self.in_alarm = state == "ALARM"
                self._take(second, suppression.suppressor_changed(self.machine, self.in_alarm, second, EXTENSION))
            self.held[second] = self.machine.by
        return self

    def _take(self, second: int, step: suppression.Step) -> None:
        self.machine, act = step
        if act:
            self.acted.append((second, self.state))


def test_example_1_the_wait_ends_without_the_suppressor() -> None:
    line = Timeline().play({2: ("composite", "ALARM")})
    assert line.acted == [(4, "ALARM")]
    assert [line.held[second] for second in (1, 2, 3, 4)] == [None, "WaitPeriod", "WaitPeriod", None]


def test_example_2_the_suppressor_alarms_before_the_wait_ends() -> None:
    line = Timeline().play({2: ("composite", "ALARM"), 3: ("suppressor", "ALARM")})
    assert line.acted == []
    assert [line.held[second] for second in (2, 3, 11)] == ["WaitPeriod", "Alarm", "Alarm"]


def test_example_3_a_change_during_the_wait_begins_a_new_one() -> None:
    line = Timeline().play({2: ("composite", "ALARM"), 3: ("composite", "OK")})
    assert line.acted == [(5, "OK")]
    assert line.held[4] == "WaitPeriod"


def test_example_4_the_suppressor_is_in_alarm_already() -> None:
    line = Timeline(in_alarm=True).play({2: ("composite", "ALARM")})
    assert line.acted == []
    assert line.held[2] == "Alarm"


def test_example_5_the_extension_ends() -> None:
    line = Timeline().play({2: ("composite", "ALARM"), 3: ("suppressor", "ALARM"), 6: ("suppressor", "OK")})
    assert line.acted == [(9, "ALARM")]
    assert [line.held[second] for second in (5, 6, 8, 9)] == ["Alarm", "ExtensionPeriod", "ExtensionPeriod", None]


def test_example_6_a_change_during_the_extension_begins_a_wait() -> None:
    line = Timeline().play(
        {
            2: ("composite", "ALARM"),
            3: ("suppressor", "ALARM"),
            6: ("suppressor", "OK"),
            7: ("composite", "OK"),
        }
    )
    assert line.acted == [(9, "OK")]
    assert [line.held[second] for second in (6, 7, 8, 9)] == ["ExtensionPeriod", "WaitPeriod", "WaitPeriod", None]


def test_the_suppressor_returns_during_the_extension() -> None:
    line = Timeline().play(
        {2: ("composite", "ALARM"), 3: ("suppressor", "ALARM"), 5: ("suppressor", "OK"), 7: ("suppressor", "ALARM")}
    )
    assert line.acted == []
    assert line.held[11] == "Alarm"


def test_a_suppressor_that_comes_and_goes_makes_up_for_nothing() -> None:
    line = Timeline().play({2: ("suppressor", "ALARM"), 4: ("suppressor", "OK")})
    assert line.acted == []
    assert line.held[11] is None


@pytest.mark.parametrize("in_alarm", [True, False])
def test_without_a_wait_only_the_suppressor_holds_back(in_alarm: bool) -> None:
    machine, act = suppression.composite_changed(in_alarm, 2.0, 0.0)
    assert act is not in_alarm
    assert machine.by == ("Alarm" if in_alarm else None)


changes = st.tuples(st.sampled_from(["composite", "suppressor"]), st.sampled_from(["OK", "ALARM"]))


@given(st.dictionaries(st.integers(0, 30), changes, max_size=12))
def test_it_never_acts_under_the_suppressor_nor_more_often_than_the_composite_changed(
    events: dict[int, tuple[str, str]],
) -> None:
    line = Timeline().play(events, until=60)
    in_alarm = False
    for second in range(60):
        who, state = events.get(second, ("", ""))
        acted = [moment for moment, _ in line.acted if moment == second]
        assert not (acted and in_alarm)
        in_alarm = state == "ALARM" if who == "suppressor" else in_alarm
    assert len(line.acted) <= sum(who == "composite" for who, _ in events.values())
    assert in_alarm or not line.machine.pending
