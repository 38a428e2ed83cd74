"""Log lines in a column store of their own, to be queried without a cloud."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.localcloud.clock import SystemClock
from helpers.localcloud.columns import Columns
from helpers.localcloud.logs.insights.engine import Answer, answer, prepare
from helpers.localcloud.logs.insights.program import Source
from helpers.localcloud.logs.journal import Journal

FIRST = 1_700_000_040_000  # 2023-11-14 22:14:00
ACCOUNT, REGION, GROUP = "111111111111", "eu-west-1", "/shop"
SOURCE = Source(ACCOUNT, REGION, [GROUP], [0], 0, 2**52)
Row = dict[str, str]


class Lines:
    """The lines of one log group; `ask` queries them."""

    def __init__(self, home: Path) -> None:
        self.columns = Columns(home / "columns.duckdb")
        Journal(self.columns, SystemClock()).open()
        self.columns.query("INSERT INTO log_stream VALUES (7, ?, ?, ?, 'web-1', 0)", [ACCOUNT, REGION, GROUP])

    def load(self, lines: Sequence[Any], times: Sequence[int] | None = None) -> None:
        """Replace all lines; what is no string is put as JSON. Without `times` they are a second apart."""
        self.columns.query("DELETE FROM log_event")
        count = len(lines)
        self.columns.append(
            "log_event",
            {
                "stream": [7] * count,
                "seq": list(range(count)),
                "t": list(times) if times else [FIRST + 1000 * number for number in range(count)],
                "ingested": [FIRST] * count,
                "message": [line if isinstance(line, str) else json.dumps(line) for line in lines],
            },
        )

    def answer(self, query: str, limit: int | None = None) -> Answer:
        """Return the whole answer to `query`."""
        return answer(self.columns, prepare(query, SOURCE, limit))

    def ask(self, query: str) -> list[Row]:
        """Return the rows of the answer without @ptr and without what they do not have."""
        found = self.answer(query)
        return [
            {label: text for label, text in zip(found.labels, row, strict=True) if text is not None and label != "@ptr"}
            for row in found.rows
        ]
