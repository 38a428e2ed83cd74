"""The durable store: what is committed stays, what is not is gone, and a broken file is kept aside."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.localcloud.scope import Scope
from helpers.localcloud.store import Store

HERE = Scope("111111111111", "eu-west-1")
THERE = Scope("222222222222", "eu-west-1")


@dataclass
class Thing:
    name: str
    sizes: list[int]


def test_values_come_back_typed_and_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    things = store.collection("test.thing", Thing)
    for name in ("b", "a", "c"):
        things.put(HERE, name, Thing(name, [1]))
    things.put(HERE, "b", Thing("b", [2]))
    assert [thing.name for thing in things.list(HERE)] == ["b", "a", "c"]
    assert things.get(HERE, "b") == Thing("b", [2])


def test_scopes_do_not_see_each_other(tmp_path: Path) -> None:
    things = Store(tmp_path / "s").collection("test.thing", Thing)
    things.put(HERE, "a", Thing("a", []))
    assert things.get(THERE, "a") is None
    assert things.get(Scope(HERE.account, "us-east-1"), "a") is None


def test_forgetting_an_account_leaves_the_others(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    things = store.collection("test.thing", Thing)
    things.put(HERE, "a", Thing("a", []))
    things.put(THERE, "a", Thing("a", []))
    assert store.forget(HERE.account) == 1
    assert [scope for scope, _, _ in things.everywhere()] == [THERE]


def test_a_failed_transaction_leaves_nothing_not_even_what_an_inner_one_wrote(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    things = store.collection("test.thing", Thing)
    with pytest.raises(RuntimeError), store.transaction():
        with store.transaction():
            things.put(HERE, "a", Thing("a", []))
        raise RuntimeError
    assert things.list(HERE) == []


def test_another_opening_sees_what_was_written_though_nobody_closed(tmp_path: Path) -> None:
    Store(tmp_path / "s").collection("test.thing", Thing).put(HERE, "a", Thing("a", [3]))
    assert Store(tmp_path / "s").collection("test.thing", Thing).get(HERE, "a") == Thing("a", [3])


def test_a_broken_file_is_kept_aside_and_the_store_starts_empty(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_bytes(b"this is no database" * 500)
    store = Store(path)
    assert store.set_aside is not None
    assert store.set_aside.read_bytes().startswith(b"this is no database")
    assert store.collection("test.thing", Thing).list(HERE) == []


def test_a_prefix_is_taken_literally(tmp_path: Path) -> None:
    things = Store(tmp_path / "s").collection("test.thing", Thing)
    for key in ("a_1", "ab1", "a%1"):
        things.put(HERE, key, Thing(key, []))
    assert [thing.name for thing in things.list(HERE, "a_")] == ["a_1"]


def test_read_modify_write_from_many_threads_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    things = store.collection("test.thing", Thing)
    things.put(HERE, "a", Thing("a", [0]))

    def count() -> None:
        for _ in range(50):
            with store.transaction():
                thing = things.get(HERE, "a")
                assert thing is not None
                things.put(HERE, "a", Thing("a", [thing.sizes[0] + 1]))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert things.get(HERE, "a") == Thing("a", [200])


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from helpers.localcloud.scope import Scope\n"
        "from helpers.localcloud.store import Store\n"
        "numbers = Store(Path(sys.argv[1])).collection('test.number', int)\n"
        "for number in range(10**9):\n"
        "    numbers.put(Scope('111111111111', 'eu-west-1'), f'{number}', number); print(number, flush=True)\n"
    )
    path = tmp_path / "s"
    writer = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(500)]
    writer.kill()
    writer.wait(10)
    kept = set(Store(path).collection("test.number", int).list(HERE))
    assert set(acknowledged) <= kept
