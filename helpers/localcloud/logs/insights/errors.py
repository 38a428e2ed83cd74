"""A query that cannot be run, told to the person who wrote it."""

from __future__ import annotations

from .language import Span


class MalformedQuery(ValueError):
    """Says what is wrong with a query and where; `span` are the offsets of the part that is wrong."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span

    def message(self, query: str) -> str:
        """Return the reason with its place in `query`, lines and columns counted from 1."""
        before = query[: self.span[0]]
        line = before.count("\n") + 1
        column = self.span[0] - (before.rfind("\n") + 1) + 1
        return f"At line {line}, column {column}: {self.reason}"
