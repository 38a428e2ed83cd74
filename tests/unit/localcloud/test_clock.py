"""The clock: durations shrink, time stamps do not, and a test steps through an hour in no time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.localcloud.clock import ManualClock, SystemClock
from helpers.localcloud.codebuild.limits import CLOSING, STOPPED, TIMED_OUT, Limits
from helpers.localcloud.scope import Scope
from helpers.localcloud.workers import Job

START = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = 10.0


class Build:
    """A build of `minutes` that only its limits can end, on a clock that only the test moves."""

    def __init__(self, minutes: float) -> None:
        self.clock = ManualClock(START)
        self.job = Job("codebuild.build", Scope("111111111111", "eu-west-1"), "web:1")
        self.closing = threading.Event()
        self.killed = threading.Event()
        cloud: Any = SimpleNamespace(clock=self.clock, workers=SimpleNamespace(closing=self.closing))
        self.limits = Limits(cloud, self.job, minutes, self.killed.set)


def test_an_hour_passes_when_the_test_says_so() -> None:
    build = Build(60)
    build.clock.advance(59 * 60)
    assert not build.killed.wait(0.2)
    build.clock.advance(61)
    assert build.killed.wait(LIMIT)
    assert build.limits.verdict == TIMED_OUT
    build.limits.close()


@pytest.mark.parametrize(("closing", "verdict"), [(False, STOPPED), (True, CLOSING)])
def test_a_stop_ends_the_wait_though_no_time_passes(closing: bool, verdict: str) -> None:
    build = Build(60)
    if closing:
        build.closing.set()
    build.job.stop.set()
    assert build.killed.wait(LIMIT)
    assert build.limits.verdict == verdict
    build.limits.close()


def test_a_build_that_ends_by_itself_is_not_judged() -> None:
    build = Build(60)
    build.limits.close()
    assert (build.limits.verdict, build.killed.is_set()) == (None, False)


def test_the_manual_clock_says_what_it_was_moved_to() -> None:
    clock = ManualClock(START)
    clock.advance(90)
    assert clock.now() == START + timedelta(seconds=90)


def test_the_systems_clock_shortens_durations_and_leaves_time_stamps_real() -> None:
    before = datetime.now(UTC)
    clock = SystemClock(time_scale=36_000)
    assert clock.wait(threading.Event(), 3600) is False
    assert before <= clock.now() <= before + timedelta(seconds=LIMIT)


def test_a_set_event_ends_a_wait_of_days_at_once() -> None:
    event = threading.Event()
    event.set()
    assert SystemClock().wait(event, 7 * 86_400) is True


@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_that_makes_no_sense_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        SystemClock(scale)
