"""The rows of a query on their way through its commands, as a chain of SQL's common table expressions.

Everything a user has written reaches the database as a bound parameter; the names in the SQL are all made here.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from .errors import MalformedQuery
from .values import Value

_MOST_STEPS = 400
_COLUMN = re.compile(r"\bc\d+\b")
_PARAMETER = re.compile(r"\$p(\d+)\b")


class Relation:
    """Steps that each take the rows of the one before."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._pending: dict[str, str] = {}
        self._parameters: list[Any] = []
        self._numbers = itertools.count(1)

    def parameter(self, value: Any) -> str:
        """Return SQL that stands for `value`."""
        self._parameters.append(value)
        return f"$p{len(self._parameters) - 1}"

    def column(self) -> str:
        """Return a column name that is not in use."""
        return f"c{next(self._numbers)}"

    def bind(self, value: Value) -> Value:
        """Give `value` a column of its own, so that it is computed once however often it is written."""
        if value.atomic:
            return value
        if not self._pending.keys().isdisjoint(_COLUMN.findall(value.sql)):
            self.flush()
        name = self.column()
        self._pending[name] = value.sql
        return Value(name, value.kind, atomic=True)

    def step(self, select: str) -> str:
        """Add a step, "SELECT .. FROM {rows} ..", and return its name."""
        self.flush()
        return self._add(select)

    def flush(self) -> str:
        """Make the columns that were bound part of the rows; return the name of the last step."""
        if self._pending:
            columns = ", ".join(f"{sql} AS {name}" for name, sql in self._pending.items())
            self._pending = {}
            self._add(f"SELECT *, {columns} FROM {{rows}}")
        return f"s{len(self._steps) - 1}"

    def statement(self, select: str) -> tuple[str, list[Any]]:
        """Return the SQL of `select`, which reads from steps by name, and its parameters."""
        steps = ", ".join(f"s{n} AS NOT MATERIALIZED ({step})" for n, step in enumerate(self._steps))
        return self._numbered(f"WITH {steps} {select}")

    def _add(self, select: str) -> str:
        if len(self._steps) >= _MOST_STEPS:
            raise MalformedQuery("The query has too many commands and nested expressions; make it simpler.", (0, 0))
        self._steps.append(select.replace("{rows}", f"s{len(self._steps) - 1}"))
        return f"s{len(self._steps) - 1}"

    def _numbered(self, sql: str) -> tuple[str, list[Any]]:
        """The database takes exactly the parameters that a statement has, so those are counted anew."""
        used: dict[str, int] = {}
        numbered = _PARAMETER.sub(lambda match: f"${used.setdefault(match[1], len(used) + 1)}", sql)
        return numbered, [self._parameters[int(number)] for number in used]
