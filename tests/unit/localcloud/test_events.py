"""The event bus: bound to the transaction, in order, at least once, also after a crash."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from helpers.localcloud.clock import SystemClock
from helpers.localcloud.events import Event, EventBus
from helpers.localcloud.scope import Scope
from helpers.localcloud.store import Store

HERE = Scope("111111111111", "eu-west-1")
LIMIT = 10.0


class Inbox:
    """Collects events until as many as expected have come."""

    def __init__(self, expected: int) -> None:
        self.events: list[Event] = []
        self._expected = expected
        self.full = threading.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if len(self.events) >= self._expected:
            self.full.set()


def test_events_arrive_in_order_at_subscribers_and_rules(tmp_path: Path) -> None:
    rules, inbox = Inbox(3), Inbox(2)
    bus = EventBus(Store(tmp_path / "s"), SystemClock(), rules)
    bus.subscribe("aws.codebuild", inbox)
    bus.start()
    for number, source in enumerate(("aws.codebuild", "aws.codecommit", "aws.codebuild")):
        bus.emit(HERE, source, "Change", {"number": number}, [])
    assert rules.full.wait(LIMIT)
    bus.close()
    assert [event.detail["number"] for event in rules.events] == [0, 1, 2]
    assert [event.detail["number"] for event in inbox.events] == [0, 2]


def test_an_event_of_a_failed_transaction_never_was(tmp_path: Path) -> None:
    store, rules = Store(tmp_path / "s"), Inbox(1)
    bus = EventBus(store, SystemClock(), rules)
    bus.start()
    with pytest.raises(RuntimeError), store.transaction():
        bus.emit(HERE, "aws.codebuild", "Change", {"real": False}, [])
        raise RuntimeError
    bus.emit(HERE, "aws.codebuild", "Change", {"real": True}, [])
    assert rules.full.wait(LIMIT)
    bus.close()
    assert [event.detail for event in rules.events] == [{"real": True}]


def test_what_was_not_delivered_before_a_crash_is_delivered_after_it(tmp_path: Path) -> None:
    EventBus(Store(tmp_path / "s"), SystemClock(), Inbox(1)).emit(HERE, "aws.codebuild", "Change", {"n": 1}, ["arn"])
    rules = Inbox(1)
    bus = EventBus(Store(tmp_path / "s"), SystemClock(), rules)
    bus.start()
    assert rules.full.wait(LIMIT)
    bus.close()
    assert (rules.events[0].scope, rules.events[0].resources) == (HERE, ["arn"])


def test_a_subscriber_that_fails_does_not_keep_the_event_from_others(tmp_path: Path) -> None:
    rules = Inbox(1)
    bus = EventBus(Store(tmp_path / "s"), SystemClock(), rules)

    def failing(event: Event) -> None:
        raise RuntimeError("on purpose")

    bus.subscribe("aws.codebuild", failing)
    bus.start()
    bus.emit(HERE, "aws.codebuild", "Change", {}, [])
    assert rules.full.wait(LIMIT)
    bus.close()
