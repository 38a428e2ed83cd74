"""The column store: bulk data (datapoints, log events, segments) in one DuckDB file.

What a call has appended is in the write-ahead log of the file before the call returns, so it outlives a killed
process. Small typed records belong into `store`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

log = logging.getLogger(__name__)

Values = Mapping[str, "Sequence[Any] | np.ndarray[Any, Any]"]
# A query of one learner must not take the machine that builds and tests run on.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class Transaction:
    """One cursor of the column store. What it appends is visible to others after the transaction."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def append(self, table: str, columns: Values) -> None:
        """Add rows to `table`, given as one sequence of values for each of its columns named."""
        rows = {name: _as_array(values) for name, values in columns.items()}
        if not all(map(len, rows.values())):
            return
        names = ", ".join(f'"{name}"' for name in columns)
        self._cursor.register("appended", rows)
        try:
            self._cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM appended')
        finally:
            self._cursor.unregister("appended")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self._cursor.execute(sql, list(parameters)).fetchall()

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Run one statement and return its rows as a frame."""
        return self._cursor.execute(sql, list(parameters)).df()

    def arrays(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, np.ndarray[Any, Any]]:
        """Run one statement and return its columns as arrays."""
        found: dict[str, Any] = self._cursor.execute(sql, list(parameters)).fetchnumpy()
        return found

    def interrupt(self) -> None:
        """End the statement that runs, from another thread: it raises there."""
        self._cursor.interrupt()


class Columns:
    """All bulk data of our services, in one file; safe for use from many threads."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened at the first use. One that is not sound is kept aside (`set_aside` names it)."""
        self.path = path
        self.set_aside: Path | None = None
        self._lock = threading.Lock()
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._closed = False
        self._schema: list[str] = []
        self._local = threading.local()

    def create(self, sql: str) -> None:
        """Make a table or sequence ("CREATE TABLE IF NOT EXISTS ..."), at the start of a service.

        It is made when the file is opened: loading DuckDB would be a fifth of a start at which nothing is read.
        """
        with self._lock:
            self._schema.append(sql)
            if self._opened is not None:
                self._opened.cursor().execute(sql)

    @property
    def empty(self) -> bool:
        """Whether there is no file yet, so that there is nothing to read."""
        return self._opened is None and not self.path.exists()

    def append(self, table: str, columns: Values) -> None:
        """Add rows to `table`, durable when this returns."""
        with self.transaction() as transaction:
            transaction.append(table, columns)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement by itself and return its rows."""
        return Transaction(self._cursor()).query(sql, parameters)

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Run one statement by itself and return its rows as a frame."""
        return Transaction(self._cursor()).frame(sql, parameters)

    def arrays(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, np.ndarray[Any, Any]]:
        """Run one statement by itself and return its columns as arrays."""
        return Transaction(self._cursor()).arrays(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Make all that is done inside durable together, or none of it. Not reentrant."""
        cursor = self._cursor()
        cursor.execute("BEGIN")
        try:
            yield Transaction(cursor)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")

    def close(self) -> None:
        """Write everything into the file itself and close it; the store is not usable afterwards."""
        with self._lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of DuckDB serves one thread at a time, so each thread has its own."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._connection().cursor()
        return cursor

    def _connection(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._closed:
                raise RuntimeError("The local cloud is closing")
            if self._opened is None:
                self._opened = self._open()
                for sql in self._schema:
                    self._opened.execute(sql)
            return self._opened

    def _open(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return duckdb.connect(self.path, config=_SETTINGS)
        except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
            if not self.path.exists() or "lock" in str(error).lower():
                raise
            self.set_aside = _keep_aside(self.path)
            log.error(
                "The file %s could not be read (%s). It is kept as %s and metrics, logs and traces start empty.",
                self.path.name,
                str(error).splitlines()[0],
                self.set_aside.name,
            )
            return duckdb.connect(self.path, config=_SETTINGS)


def _as_array(values: Sequence[Any] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    if isinstance(values, np.ndarray):
        return values
    # Text goes in as objects: numpy's own strings take the width of the longest for each.
    is_text = any(isinstance(value, str) or value is None for value in values)
    return np.array(values, dtype=object) if is_text else np.asarray(values)


def _keep_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    wal = path.with_name(path.name + ".wal")
    if wal.exists():
        wal.rename(aside.with_name(aside.name + ".wal"))
    return aside
