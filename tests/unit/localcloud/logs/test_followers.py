"""Consumers of a log: in order, from where they were, with patience."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.localcloud.clock import ManualClock
from helpers.localcloud.cloud import Cloud
from helpers.localcloud.cloudwatch.metrics import Metrics
from helpers.localcloud.logs import Logs
from helpers.localcloud.logs.filterpattern.pattern import Condition
from helpers.localcloud.logs.followers import TargetDown
from helpers.localcloud.logs.model import Consumer, LogEvent
from helpers.localcloud.scope import Scope
from helpers.localcloud.service import ServiceError
from tests.localcloud.support import eventually

SCOPE = Scope("111122223333", "us-east-1")
START = datetime(2026, 11, 24, 12, tzinfo=UTC)
GROUP = "/shop/orders"
NOBODY = Consumer("test", GROUP, "nobody", 0)


class Target:
    """A handler that keeps messages, or is down."""

    def __init__(self) -> None:
        self.down = threading.Event()
        self.refused = 0
        self.kept: list[str] = []

    def condition(self, scope: Scope, consumer: Consumer) -> Condition:
        return Condition("true", (), exact=True)

    def consume(self, scope: Scope, consumer: Consumer, events: list[LogEvent]) -> None:
        if self.down.is_set():
            self.refused += 1
            raise TargetDown("nobody home")
        self.kept += [event.message for event in events]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START, time_scale=60)


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Iterator[Cloud]:
    made = Cloud(tmp_path, "http://127.0.0.1:1", clock, lambda event: None)
    yield made
    made.close()


@pytest.fixture
def logs(cloud: Cloud) -> Logs:
    Metrics(cloud).table.create()
    service = Logs(cloud)
    service.start()
    return service


@pytest.fixture
def target(logs: Logs) -> Target:
    made = Target()
    logs._followers.handle("test", made)
    logs._followers.follow(SCOPE, "test", GROUP, "f")
    return made


def ingest(logs: Logs, *messages: str, stream: str = "s") -> None:
    now = int(logs.cloud.clock.now().timestamp() * 1000)
    logs.ingest(SCOPE, GROUP, stream, [(now, message) for message in messages])


def test_everything_arrives_in_order(logs: Logs, target: Target) -> None:
    sent = [str(number) for number in range(200)]
    for number in sent:
        ingest(logs, number)
    assert eventually(lambda: len(target.kept) >= 200 and target.kept) == sent


def test_a_target_that_comes_back_gets_what_waited(logs: Logs, target: Target, clock: ManualClock) -> None:
    target.down.set()
    ingest(logs, "a")
    eventually(lambda: target.refused)
    ingest(logs, "b")
    target.down.clear()

    def arrived() -> bool:
        clock.advance(60)
        return target.kept == ["a", "b"]

    eventually(arrived, what="both events")


def test_events_that_waited_24_hours_of_aws_time_are_given_up(logs: Logs, target: Target, clock: ManualClock) -> None:
    target.down.set()
    ingest(logs, "old")
    eventually(lambda: target.refused)
    clock.advance(20 * 60)  # 20 hours at this scale
    ingest(logs, "young")
    clock.advance(5 * 60)

    def gave_up() -> bool:
        clock.advance(1)
        return logs._followers._consumers.list(SCOPE)[0].cursor > first

    first = logs._journal.after(SCOPE, GROUP, 0, logs._journal.numbers.last, target.condition(SCOPE, NOBODY), 1)[0].seq
    eventually(gave_up, what="the old event given up")
    target.down.clear()

    def arrived() -> bool:
        clock.advance(60)
        return bool(target.kept)

    eventually(arrived, what="the young event")
    assert target.kept == ["young"]


def test_a_restart_goes_on_where_it_was(logs: Logs, target: Target, tmp_path: Path, clock: ManualClock) -> None:
    ingest(logs, "a")
    eventually(lambda: target.kept == ["a"])
    target.down.set()
    ingest(logs, "b")
    eventually(lambda: target.refused)
    logs.cloud.close()
    again = Cloud(tmp_path, "http://127.0.0.1:1", clock, lambda event: None)
    service = Logs(again)
    target.down.clear()
    service._followers.handle("test", target)
    service.start()
    try:
        assert eventually(lambda: len(target.kept) > 1 and target.kept) == ["a", "b"]
    finally:
        again.close()


def test_a_consumer_that_is_dropped_ends(logs: Logs, target: Target) -> None:
    target.down.set()
    ingest(logs, "a")
    eventually(lambda: target.refused)
    logs._followers.unfollow(SCOPE, "test", GROUP, "f")
    eventually(lambda: not logs.cloud.workers._running, what="the job's end")
    assert logs._followers._consumers.list(SCOPE) == []


def test_ingest_makes_group_and_stream_and_may_be_called_on_an_event_loop(logs: Logs) -> None:
    async def on_the_loop() -> None:
        logs.ingest(SCOPE, GROUP, "2026/11/24/[$LATEST]abc", [(2, "two"), (1, "one \ud83d"), (3, "")])

    asyncio.run(on_the_loop())
    found = logs.filter_log_events(SCOPE, {"logGroupName": GROUP})["events"]
    assert [event["message"] for event in found] == ["one ?", "two", " "]
    with pytest.raises(ServiceError, match="logStreamName"):
        logs.ingest(SCOPE, GROUP, "a:b", [(1, "x")])


def test_retention_goes_with_the_clock(logs: Logs, clock: ManualClock) -> None:
    ingest(logs, "old")
    logs.put_retention_policy(SCOPE, {"logGroupName": GROUP, "retentionInDays": 1})
    clock.advance(86_000)
    ingest(logs, "new")
    assert len(logs.filter_log_events(SCOPE, {"logGroupName": GROUP})["events"]) == 2
    clock.advance(1_000)
    assert [event["message"] for event in logs.filter_log_events(SCOPE, {"logGroupName": GROUP})["events"]] == ["new"]


def test_what_a_crash_left_of_a_deleted_group_is_swept_at_the_start(logs: Logs) -> None:
    ingest(logs, "orphan")
    logs._groups.delete(SCOPE, GROUP)
    again = Logs(logs.cloud)
    again.start()
    assert again._journal.streams(SCOPE, GROUP) == []
    assert logs.cloud.columns.query("SELECT count(*) FROM log_event") == [(0,)]
