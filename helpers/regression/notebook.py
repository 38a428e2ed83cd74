"""A notebook as the checks read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import aws


class RunError(aws.WorkbookError):
    """A run cannot begin; the message says what is wrong and what was expected."""


@dataclass(frozen=True)
class Notebook:
    """A notebook and its name (`05_pipeline`)."""

    name: str
    node: Any

    @classmethod
    def read(cls, path: Path) -> Notebook:
        """Read the notebook at `path`. Raises RunError if it cannot be read."""
        from nbformat import v4

        # Not nbformat.read: that mends what is wrong (two cells of one id, say) before it can be seen.
        try:
            return cls(path.stem, v4.reads(path.read_text(encoding="utf-8")))  # type: ignore[no-untyped-call]
        except (OSError, ValueError, KeyError, AttributeError) as problem:
            raise RunError(f"{path.name} cannot be read as a notebook of format 4. {problem}") from None

    @property
    def cells(self) -> list[Any]:
        return list(self.node.cells)

    @property
    def code(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "code"]

    @property
    def prose(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "markdown"]

    @staticmethod
    def tags(cell: Any) -> list[str]:
        """Return the tags of a cell."""
        return list(cell.metadata.get("tags", []))

    def where(self, cell: Any) -> str:
        """Return how to name `cell` to a person: its place in the notebook, from 1, and its first line."""
        number = next(place for place, one in enumerate(self.cells, 1) if one is cell)
        lines = cell.source.strip().splitlines() or [""]
        return f"cell {number} ({lines[0][:60]!r})"


def text(source: str | list[str]) -> str:
    """Return a text that a notebook may store as a list of lines."""
    return source if isinstance(source, str) else "".join(source)
