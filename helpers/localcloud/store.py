"""The durable store: typed values in SQLite, scoped by account and region.

A committed value is in the write-ahead log of the file before the call returns, so it outlives a killed process.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from .scope import Scope

T = TypeVar("T")
log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY,
    collection TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, key TEXT NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (collection, account, region, key)
)
"""
_UPSERT = """
INSERT INTO item (collection, account, region, key, value) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (collection, account, region, key) DO UPDATE SET value = excluded.value
"""


class Store:
    """All durable state of our services, in one file; safe for use from many threads."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`; a file that is not a sound database is kept aside (`set_aside` names it)."""
        self.path = path
        self.set_aside: Path | None = None
        self._lock = threading.RLock()
        self._depth = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            self.set_aside = _keep_aside(path)
            log.error(
                "The state file %s could not be read (%s). It is kept as %s and the local cloud starts empty.",
                path.name,
                error,
                self.set_aside.name,
            )
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("its integrity check failed")
            connection.execute(_SCHEMA)
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def collection(self, name: str, type_: type[T]) -> Collection[T]:
        """Return the collection `name` (like "codebuild.build") whose values are dataclasses of `type_`."""
        return Collection(self, name, type_)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is written inside durable together, or none of it. Reentrant; one writer at a time."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._leave("ROLLBACK")
                raise
            self._leave("COMMIT")

    def _leave(self, verdict: str) -> None:
        self._depth -= 1
        if self._depth == 0 and self._connection.in_transaction:
            self._connection.execute(verdict)
        elif verdict == "ROLLBACK" and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def query(self, sql: str, arguments: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """Run one statement and return its rows (for `Collection`)."""
        with self._lock:
            return self._connection.execute(sql, arguments).fetchall()

    def forget(self, account: str) -> int:
        """Delete every value of `account`; return how many there were."""
        with self._lock:
            return self._connection.execute("DELETE FROM item WHERE account = ?", (account,)).rowcount

    def close(self) -> None:
        """Close the file; the store is not usable afterwards."""
        with self._lock:
            self._connection.close()


class Collection(Generic[T]):
    """The values of one kind, addressed by scope and key."""

    def __init__(self, store: Store, name: str, type_: type[T]) -> None:
        self._store = store
        self._name = name
        self._decoder = msgspec.json.Decoder(type_)
        self._encoder = msgspec.json.Encoder()

    def get(self, scope: Scope, key: str) -> T | None:
        """Return the value at `key`, or None."""
        rows = self._store.query(
            "SELECT value FROM item WHERE collection = ? AND account = ? AND region = ? AND key = ?",
            (self._name, scope.account, scope.region, key),
        )
        return self._decoder.decode(rows[0][0]) if rows else None  # type: ignore[arg-type]

    def put(self, scope: Scope, key: str, value: T) -> None:
        """Write `value` at `key`, new or over the old one."""
        encoded = self._encoder.encode(value)
        self._store.query(_UPSERT, (self._name, scope.account, scope.region, key, encoded))

    def delete(self, scope: Scope, key: str) -> bool:
        """Delete the value at `key`; return whether there was one."""
        rows = self._store.query(
            "DELETE FROM item WHERE collection = ? AND account = ? AND region = ? AND key = ? RETURNING id",
            (self._name, scope.account, scope.region, key),
        )
        return bool(rows)

    def list(self, scope: Scope, prefix: str = "") -> Sequence[T]:
        """Return the values whose key starts with `prefix`, the oldest first."""
        rows = self._store.query(
            "SELECT value FROM item WHERE collection = ? AND account = ? AND region = ?"
            " AND substr(key, 1, ?) = ? ORDER BY id",
            (self._name, scope.account, scope.region, len(prefix), prefix),
        )
        return [self._decoder.decode(value) for (value,) in rows]  # type: ignore[arg-type]

    def everywhere(self) -> Sequence[tuple[Scope, str, T]]:
        """Return (scope, key, value) of all accounts and regions, the oldest first."""
        rows = self._store.query(
            "SELECT account, region, key, value FROM item WHERE collection = ? ORDER BY id", (self._name,)
        )
        return [
            (Scope(str(account), str(region)), str(key), self._decoder.decode(value))  # type: ignore[arg-type]
            for account, region, key, value in rows
        ]


def _keep_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside
