"""Answers queries over the column store."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ...columns import Columns, Transaction
from .compiler import compile_query, regexes
from .errors import MalformedQuery
from .parsing import parse
from .pointers import pointer
from .program import Program, Source

if TYPE_CHECKING:
    import duckdb


# As much as a process may hold several times over.
_MOST_BYTES = 128_000_000


class ResultsTooLarge(RuntimeError):
    """The rows of a query are more than the local cloud takes into memory."""


@dataclass(frozen=True)
class Answer:
    """The rows of a query: texts in the order of `labels`, None for a field that a row does not have."""

    labels: tuple[str, ...]
    rows: list[tuple[str | None, ...]]
    matched: int
    scanned: int
    scanned_bytes: int


def prepare(query: str, source: Source, limit: int | None = None) -> Program:
    """Return the program of `query`. Raises MalformedQuery."""
    commands = parse(query)
    for regex in regexes(commands):
        if reason := _regex_fault(regex.pattern):
            raise MalformedQuery(f"The regular expression {regex.pattern[:80]} cannot be read: {reason}", regex.span)
    return compile_query(commands, source, limit)


def answer(columns: Columns, program: Program, begun: Callable[[Transaction], None] = lambda _: None) -> Answer:
    """Run `program`; all of its statements see the same events.

    `begun` is told the transaction, whose `interrupt` ends it with an error. Raises ResultsTooLarge.
    """
    with columns.transaction() as transaction:
        begun(transaction)
        ((scanned, scanned_bytes),) = transaction.query(*program.scanned)
        ((matched,),) = transaction.query(*program.matched)
        ((size,),) = transaction.query(*program.size)
        if size > _MOST_BYTES:
            raise ResultsTooLarge(
                f"The results have {size:,} bytes and the local cloud keeps at most {_MOST_BYTES:,} of a query; ask for"
                " fewer rows or fields."
            )
        rows = transaction.query(*program.rows)
    labels = program.labels
    if program.of_events:
        addresses = [pointer(*row[-2:]) for row in rows]
        rows = [row[:-2] for row in rows]
        if "@ptr" not in labels:
            labels = (*labels, "@ptr")
            rows = [(*row, address) for row, address in zip(rows, addresses, strict=True)]
    return Answer(labels, rows, matched, scanned, scanned_bytes)


@lru_cache(maxsize=1)
def _scratch() -> duckdb.DuckDBPyConnection:
    """Return an empty database, which knows no data that a regular expression could meet."""
    import duckdb

    return duckdb.connect()


@lru_cache(maxsize=256)
def _regex_fault(pattern: str) -> str | None:
    """Return why RE2 does not read `pattern`, or None if it does."""
    import duckdb

    try:
        _scratch().cursor().execute("SELECT regexp_matches('', $1)", [pattern]).fetchall()
    except duckdb.Error as error:
        return re.sub(r"^[\w ]*Error: ", "", str(error)).splitlines()[0]
    return None
