"""The rows of a query on their way through its commands, as a chain of SQL's common table expressions.

Everything a user has written reaches the database as a bound parameter; the names in the SQL are all made here.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from .errors import MalformedQuery
from .values import Kind, Value, as_number

# A step of the database takes memory for each column and each expression, which all services share.
_MOST_STEPS = 300
_MOST_COLUMNS = 300
_MOST_PARAMETERS = 4000
# The database moves a filter to where the rows come from and writes out the columns in it, again and again; a heavy one
# stays where it is, behind a step that is computed first.
_HEAVIEST_FILTER = 100
_COLUMN = re.compile(r"\bc\d+\b")
_PARAMETER = re.compile(r"\$p(\d+)\b")


class Relation:
    """Steps that each take the rows of the one before."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._pending: dict[str, str] = {}
        self._parameters: list[Any] = []
        self._read: dict[str, Value] = {}
        self._weights: dict[str, int] = {}
        self._sealed: set[int] = set()
        self._numbers = itertools.count(1)

    def parameter(self, value: Any) -> str:
        """Return SQL that stands for `value`."""
        self._parameters.append(value)
        if len(self._parameters) > _MOST_PARAMETERS:
            raise _too_large()
        return f"$p{len(self._parameters) - 1}"

    def column(self) -> str:
        """Return a column name that is not in use."""
        number = next(self._numbers)
        if number > _MOST_COLUMNS:
            raise _too_large()
        return f"c{number}"

    def bind(self, value: Value) -> Value:
        """Give `value` a column of its own, so that it is computed once however often it is written."""
        if value.atomic:
            return value
        if not self._pending.keys().isdisjoint(_COLUMN.findall(value.sql)):
            self.flush()
        name = self.column()
        self._pending[name] = value.sql
        self._weights[name] = self._weight(value.sql)
        return Value(name, value.kind, atomic=True)

    def number(self, value: Value) -> str:
        """Return SQL of type DOUBLE for `value`; a text is read as a number once, however often it is asked for."""
        if value.kind is not Kind.TEXT:
            return value.number()
        if value.literal is not None:
            return f"CAST({self.parameter(as_number(value.literal))} AS DOUBLE)"
        text = self.bind(value)
        if text.sql not in self._read:
            self._read[text.sql] = self.bind(Value(text.number(), Kind.NUMBER))
        return self._read[text.sql].sql

    def defined(self, sql: str) -> Value:
        """Return the number that `sql` computes; it is missing where there is none (1/0, the root of -1)."""
        result = self.bind(Value(f"TRY({sql})", Kind.NUMBER)).sql
        return Value(f"(CASE WHEN isfinite({result}) THEN {result} END)", Kind.NUMBER)

    def step(self, select: str) -> str:
        """Add a step, "SELECT .. FROM {rows} ..", and return its name."""
        self.flush()
        # The new rows may lack a column that was read of a text which they still have.
        self._read.clear()
        return self._add(select)

    def filter(self, test: str) -> None:
        """Keep the rows for which the SQL condition `test` is true."""
        weight = self._weight(test)
        last = self.flush()
        if weight > _HEAVIEST_FILTER:
            self._sealed.add(int(last[1:]))
            self._weights.clear()
        self._add(f"SELECT * FROM {{rows}} WHERE {test}")

    def _weight(self, sql: str) -> int:
        """Return how many expressions `sql` becomes when each column in it is written out."""
        return 1 + sum(self._weights.get(name, 1) for name in _COLUMN.findall(sql))

    def flush(self) -> str:
        """Make the columns that were bound part of the rows; return the name of the last step."""
        if self._pending:
            columns = ", ".join(f"{sql} AS {name}" for name, sql in self._pending.items())
            self._pending = {}
            self._add(f"SELECT *, {columns} FROM {{rows}}")
        return f"s{len(self._steps) - 1}"

    def statement(self, select: str) -> tuple[str, list[Any]]:
        """Return the SQL of `select`, which reads from steps by name, and its parameters."""
        steps = ", ".join(
            f"s{n} AS {'' if n in self._sealed else 'NOT '}MATERIALIZED ({step})" for n, step in enumerate(self._steps)
        )
        return self._numbered(f"WITH {steps} {select}")

    def _add(self, select: str) -> str:
        if len(self._steps) >= _MOST_STEPS:
            raise _too_large()
        self._steps.append(select.replace("{rows}", f"s{len(self._steps) - 1}"))
        return f"s{len(self._steps) - 1}"

    def _numbered(self, sql: str) -> tuple[str, list[Any]]:
        """The database takes exactly the parameters that a statement has, so those are counted anew."""
        used: dict[str, int] = {}
        numbered = _PARAMETER.sub(lambda match: f"${used.setdefault(match[1], len(used) + 1)}", sql)
        return numbered, [self._parameters[int(number)] for number in used]


def _too_large() -> MalformedQuery:
    return MalformedQuery(
        "The query is too large: it has too many commands, fields or values for the local cloud. Make it shorter.",
        (0, 0),
    )
