"""What a run found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

Status = Literal["passed", "failed", "stopped"]
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Failure:
    """Why a notebook failed. `cell` is the number in brackets, In [cell]; None if no cell was reached."""

    name: str
    message: str
    cell: int | None = None
    source: str = ""
    traceback: str = ""

    @property
    def sentence(self) -> str:
        place = f"In [{self.cell}]: " if self.cell is not None else ""
        return f"{place}{self.name}: {self.message}"


@dataclass(frozen=True)
class Result:
    """How one notebook went. `seconds` is the time it took, `cells` how many code cells it has, `ran` how many ran."""

    notebook: Path
    status: Status
    seconds: float
    cells: int
    ran: int
    executed: Path | None = None
    failure: Failure | None = None
    logs: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Report:
    """A finished run: its folder holds the executed notebooks, junit.xml and report.html."""

    folder: Path
    results: Sequence[Result]
    started: datetime
    seconds: float
    parameters: dict[str, object] = field(default_factory=dict)

    @property
    def failures(self) -> list[Result]:
        return [result for result in self.results if result.status != "passed"]

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def exit_code(self) -> int:
        """The number of notebooks that did not pass, at most 125 (the codes above have a meaning for shells)."""
        return min(len(self.failures), 125)


def plain(text: str) -> str:
    """Return `text` without terminal colours and without characters that XML forbids."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", _COLOURS.sub("", text))
