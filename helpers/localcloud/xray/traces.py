"""Finds traces in the store, assembled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..columns import Columns
from ..scope import Scope
from .segments import Segments, Stored
from .trace import Trace, assemble


@dataclass(frozen=True)
class Found:
    """A trace, of how many documents it was made, and when the latest arrived (epoch seconds)."""

    trace: Trace
    revision: int
    received: float


class Traces:
    """The traces of an account in a region."""

    def __init__(self, columns: Columns) -> None:
        self.segments = Segments(columns)

    def by_ids(self, scope: Scope, trace_ids: Iterable[str]) -> dict[str, Found]:
        """Return the traces with these ids, by their ids in lower case; unknown ones are left out."""
        return {id_: _found(stored) for id_, stored in self.segments.of_traces(scope, trace_ids).items()}

    def in_range(self, scope: Scope, start: float, end: float) -> list[Found]:
        """Return the traces that began between two times (epoch seconds)."""
        return [_found(stored) for stored in self.segments.in_range(scope, start, end).values()]


def _found(stored: Stored) -> Found:
    return Found(assemble(stored.trace_id, stored.documents), len(stored.documents), stored.received)
