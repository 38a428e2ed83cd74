"""A compiled query: the statements that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .language import Span

Statement = tuple[str, list[Any]]
DEFAULT_LIMIT = 10_000
MOST_ROWS = 100_000


@dataclass(frozen=True)
class Source:
    """Which events a query reads: those of log groups in a time range (epoch milliseconds, both ends included).

    `horizons` say for each of `groups` before which time its events have expired.
    """

    account: str
    region: str
    groups: list[str]
    horizons: list[int]
    start: int
    end: int


@dataclass(frozen=True)
class Program:
    """The statements of a query over a source.

    `rows` gives the columns of `labels` as text and, if the rows are `of_events`, the stream and number of each event;
    `size` gives the bytes of those texts. `matched` counts the events that passed the filters, `scanned` the events and
    bytes that were read.
    """

    labels: tuple[str, ...]
    rows: Statement
    size: Statement
    matched: Statement
    scanned: Statement
    of_events: bool


@dataclass(frozen=True)
class Regex:
    """A regular expression of a query, for the database to say whether it can read it."""

    pattern: str
    span: Span
