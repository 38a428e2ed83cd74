"""How long a query may run, how many may at a time, and what becomes of one that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.localcloud.clock import ManualClock
from helpers.localcloud.cloud import Cloud
from helpers.localcloud.logs.insights.model import QueryRecord
from helpers.localcloud.logs.insights.queries import KIND, Queries
from helpers.localcloud.logs.insights.running import LONGEST_SECONDS, Overseer, QueryTimeout
from helpers.localcloud.logs.journal import Journal
from helpers.localcloud.scope import Scope
from helpers.localcloud.service import ServiceError

SCOPE = Scope("111111111111", "eu-west-1")
MANY_ROWS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range % 7 = b.range % 3"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 24, 12, tzinfo=UTC), time_scale=60)


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Iterator[Cloud]:
    made = Cloud(tmp_path, "http://127.0.0.1:1", clock, lambda _: None)
    Journal(made.columns, clock).open()
    yield made
    made.close()


def record(id_: str, text: str = "stats count(*) as n") -> QueryRecord:
    return QueryRecord(id_, text, ["/shop"], 0, 2**52, None, 0)


def ended(queries: Queries, id_: str, seconds: float = 20) -> QueryRecord:
    """Wait for the end of a query."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while (found := queries.find(SCOPE, id_)).active:
        assert time.monotonic() < limit, f"query {id_} is still {found.status}"
        pause.wait(0.02)
    return found


def test_a_statement_ends_after_an_hour_of_awss_time(cloud: Cloud, clock: ManualClock) -> None:
    overseer = Overseer(clock, threading.Event())
    begun = threading.Event()

    def let_time_pass() -> None:
        begun.wait(10)
        clock.advance(LONGEST_SECONDS / 60)

    threading.Thread(target=let_time_pass, daemon=True).start()
    with pytest.raises(QueryTimeout), overseer.watching(), cloud.columns.transaction() as transaction:
        overseer.watch(transaction)
        begun.set()
        transaction.query(MANY_ROWS)
    assert cloud.columns.query("SELECT 1") == [(1,)]


def test_a_statement_ends_when_it_is_stopped(cloud: Cloud, clock: ManualClock) -> None:
    stop = threading.Event()
    overseer = Overseer(clock, stop)
    with (
        pytest.raises(Exception, match="Interrupted"),
        overseer.watching(),
        cloud.columns.transaction() as transaction,
    ):
        overseer.watch(transaction)
        stop.set()
        transaction.query(MANY_ROWS)


def test_more_than_a_hundred_queries_at_a_time_are_refused(cloud: Cloud) -> None:
    queries = Queries(cloud, lambda *_: 0)
    gate = threading.Event()
    cloud.workers.register(KIND, lambda job: bool(gate.wait(20)) and queries.work(job))
    for number in range(100):
        queries.start(SCOPE, record(str(number)))
    with pytest.raises(ServiceError) as refused:
        queries.start(SCOPE, record("one too many"))
    assert refused.value.code == "LimitExceededException"
    gate.set()
    assert {ended(queries, str(number)).status for number in range(100)} == {"Complete"}


def test_a_query_that_fails_says_so(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = Queries(cloud, lambda *_: 0)
    cloud.workers.register(KIND, queries.work)

    def broken(*_: Any) -> Any:
        raise MemoryError("the disk is full")

    monkeypatch.setattr("helpers.localcloud.logs.insights.engine.answer", broken)
    queries.start(SCOPE, record("broken"))
    assert ended(queries, "broken").status == "Failed"
    assert queries.rows(SCOPE, queries.find(SCOPE, "broken")) == ([], [])
    monkeypatch.undo()
    queries.start(SCOPE, record("sound"))
    assert ended(queries, "sound").status == "Complete"
