"""The journal: numbers that only grow, events that come back in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.localcloud.clock import ManualClock
from helpers.localcloud.columns import Columns
from helpers.localcloud.logs.filterpattern.pattern import Condition
from helpers.localcloud.logs.journal import Journal
from helpers.localcloud.scope import Scope

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINE, OTHER = Scope("111122223333", "us-east-1"), Scope("444455556666", "us-east-1")
ALL = Condition("true", (), exact=True)
Open = Callable[[datetime], Journal]


@pytest.fixture
def open_journal(tmp_path: Path) -> Iterator[Open]:
    """Opens the same journal anew, at a time of the clock."""
    opened: list[Columns] = []

    def opening(now: datetime) -> Journal:
        while opened:
            opened.pop().close()
        columns = Columns(tmp_path / "columns.duckdb")
        opened.append(columns)
        journal = Journal(columns, ManualClock(now))
        journal.open()
        return journal

    yield opening
    for columns in opened:
        columns.close()


def append(journal: Journal, messages: str, scope: Scope = MINE) -> int:
    stream = journal.stream(scope, "g", "s") or journal.add_stream(scope, "g", "s", 0)
    with journal.lock:
        return journal.append(stream, range(len(messages)), list(messages), 0)


def read(journal: Journal, cursor: int = 0, scope: Scope = MINE) -> str:
    events = journal.after(scope, "g", cursor, journal.numbers.last, ALL, 100)
    return "".join(event.message for event in events)


def test_events_are_followed_in_the_order_they_came_in(open_journal: Open) -> None:
    journal = open_journal(NOON)
    cursor = append(journal, "abc")
    append(journal, "xyz", OTHER)
    append(journal, "de")
    assert read(journal) == "abcde"
    assert read(journal, cursor) == "de"
    assert read(journal, scope=OTHER) == "xyz"


@pytest.mark.parametrize("count", [1, 9, 10, 11, 500])
def test_few_events_and_many_are_kept_alike(open_journal: Open, count: int) -> None:
    journal = open_journal(NOON)
    last = append(journal, "ü" * count)
    events = journal.after(MINE, "g", 0, last, ALL, 1000)
    assert [event.t for event in events] == list(range(count))
    assert [event.seq for event in events] == list(range(last - count + 1, last + 1))
    assert {event.message for event in events} == {"ü"}


def test_numbers_grow_though_the_clock_goes_back(open_journal: Open) -> None:
    cursor = append(open_journal(NOON), "abc")
    journal = open_journal(NOON - timedelta(days=365))
    append(journal, "d")
    assert read(journal, cursor) == "d"


def test_numbers_grow_though_the_newest_events_are_gone(open_journal: Open) -> None:
    journal = open_journal(NOON)
    cursor = append(journal, "abc")
    journal.drop(journal.streams(MINE, "g"))
    journal = open_journal(NOON + timedelta(seconds=1))
    append(journal, "d")
    assert read(journal, cursor) == "d"


def test_streams_come_back(open_journal: Open) -> None:
    append(open_journal(NOON), "a")
    journal = open_journal(NOON)
    assert [stream.name for stream in journal.streams(MINE, "g")] == ["s"]
    assert journal.groups() == [(MINE, "g")]
    assert read(journal) == "a"


def test_an_account_is_dropped_alone(open_journal: Open) -> None:
    journal = open_journal(NOON)
    append(journal, "abc")
    append(journal, "xyz", OTHER)
    journal.drop_account(MINE.account)
    assert (read(journal), read(journal, scope=OTHER)) == ("", "xyz")
    assert journal.streams(MINE, "g") == []


def test_sizes_and_extents(open_journal: Open) -> None:
    journal = open_journal(NOON)
    append(journal, "aü")
    (stream,) = journal.streams(MINE, "g")
    assert journal.sizes(MINE, ["g", "absent"]) == {"g": 2 * 26 + 3}
    assert journal.extents([stream]) == {stream.number: (0, 1, 0)}
