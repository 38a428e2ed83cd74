"""The learner's copy of a notebook: solutions cut out, outputs cleared, cell ids kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import aws

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
PLACEHOLDER = "pass  # your turn"
TAG = "exercise:"

_SOLUTION = re.compile(rf"^([ \t]*){BEGIN}[^\n]*\n(.*?)^[ \t]*{END}[^\n]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A code cell: its id, its source as the author wrote it, and the exercise it belongs to ('' is none)."""

    id: str
    source: str
    exercise: str = ""

    @property
    def starter(self) -> str:
        """The source that a learner gets."""
        return cut(self.source)

    @property
    def solutions(self) -> list[str]:
        """The parts between the markers, without their common indentation."""
        return [_dedented(found[1], found[2]) for found in _SOLUTION.finditer(self.source)]


def cut(source: str) -> str:
    """Return `source` with a placeholder in place of each solution.

    Raises ValueError when a marker has no partner.
    """
    starter = _SOLUTION.sub(rf"\1{PLACEHOLDER}", source)
    if BEGIN in starter or END in starter:
        raise ValueError(f"A line {BEGIN!r} or {END!r} has no partner in:\n{source}")
    return starter


def code_cells(path: Path) -> list[Cell]:
    """Return the code cells of the notebook at `path`. Raises WorkbookError if it is none."""
    cells = [cell for cell in _read(path)["cells"] if cell["cell_type"] == "code"]
    return [Cell(cell.get("id", str(number)), _source(cell), _exercise(cell)) for number, cell in enumerate(cells)]


def learners_copy(path: Path) -> str:
    """Return the text of the notebook that a learner gets; the same notebook always gives the same text."""
    notebook = _read(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = cut(_source(cell)).splitlines(keepends=True)
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise aws.WorkbookError(f"The notebook {path.name} cannot be read: {problem!r}.") from None
    return notebook


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _exercise(cell: dict[str, Any]) -> str:
    tags = cell.get("metadata", {}).get("tags", ())
    return next((tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)), "")


def _dedented(indentation: str, text: str) -> str:
    return "\n".join(line.removeprefix(indentation) for line in text.rstrip().split("\n"))
