"""The column store: what it holds outlives the process, and a broken file does not keep the cloud from starting."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.localcloud.columns import Columns

_TABLE = "CREATE TABLE IF NOT EXISTS event (number BIGINT, message VARCHAR)"


@pytest.fixture
def columns(tmp_path: Path) -> Iterator[Columns]:
    opened = Columns(tmp_path / "columns.duckdb")
    opened.create(_TABLE)
    yield opened
    opened.close()


def test_rows_come_back_as_they_went_in(columns: Columns) -> None:
    columns.append("event", {"number": [2, 1, 3], "message": ["b", None, "ü\n"]})
    assert columns.query("SELECT * FROM event ORDER BY number") == [(1, None), (2, "b"), (3, "ü\n")]
    assert columns.arrays("SELECT number FROM event WHERE message = ?", ["b"])["number"].tolist() == [2]


def test_nothing_appended_is_nothing(columns: Columns) -> None:
    columns.append("event", {"number": [], "message": []})
    assert columns.query("SELECT count(*) FROM event") == [(0,)]


def test_a_transaction_is_all_or_nothing(columns: Columns) -> None:
    with pytest.raises(KeyError), columns.transaction() as transaction:
        transaction.append("event", {"number": [1], "message": ["half"]})
        raise KeyError
    with columns.transaction() as transaction:
        transaction.append("event", {"number": [2], "message": ["whole"]})
        transaction.query("UPDATE event SET number = number + 1")
    assert columns.query("SELECT * FROM event") == [(3, "whole")]


def test_many_threads_append_at_once(columns: Columns) -> None:
    def append(first: int) -> None:
        for number in range(first, first + 20):
            columns.append("event", {"number": [number], "message": ["x"]})

    threads = [threading.Thread(target=append, args=(100 * index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert columns.query("SELECT count(*), count(DISTINCT number) FROM event") == [(160, 160)]


_WRITER = """
import os, sys
from pathlib import Path
from helpers.localcloud.columns import Columns
columns = Columns(Path(sys.argv[1]))
columns.create("CREATE TABLE IF NOT EXISTS event (number BIGINT, message VARCHAR)")
columns.append("event", {"number": list(range(1000)), "message": ["kept"] * 1000})
os._exit(9)
"""


def test_what_was_appended_outlives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "columns.duckdb"
    ended = subprocess.run([sys.executable, "-c", _WRITER, str(path)], timeout=60, check=False)
    assert ended.returncode == 9
    again = Columns(path)
    assert again.query("SELECT count(*), min(message) FROM event") == [(1000, "kept")]
    again.close()


def test_a_file_that_is_not_a_database_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "columns.duckdb"
    path.write_bytes(b"this is no database" * 1000)
    columns = Columns(path)
    columns.create(_TABLE)
    assert columns.query("SELECT count(*) FROM event") == [(0,)]
    assert columns.set_aside is not None
    assert columns.set_aside.read_bytes().startswith(b"this is no database")
    columns.close()


def test_a_closed_store_says_so(columns: Columns) -> None:
    columns.close()
    raised: list[BaseException] = []

    def use() -> None:
        try:
            columns.query("SELECT 1")
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(10)
    assert "closing" in str(raised[0])
