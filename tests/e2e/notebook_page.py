"""A notebook that is open in JupyterLab, read and driven through JupyterLab's own model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_KERNEL_IDLE = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
_CELLS = """
() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells).map(cell => ({
    kind: cell.type,
    source: cell.sharedModel.getSource(),
    tags: cell.sharedModel.getMetadata('tags') || [],
    count: cell.executionCount ?? null,
    outputs: cell.outputs ? cell.outputs.toJSON() : [],
}))
"""
_WRITE = """
([number, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.model.cells.get(number).sharedModel.setSource(source);
}
"""
_SHOW = """
async number => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = number;
    await notebook.scrollToItem(number, 'center');
}
"""
_RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"


@dataclass(frozen=True)
class Cell:
    """A cell as JupyterLab holds it."""

    number: int
    kind: str
    source: str
    tags: list[str]
    count: int | None
    outputs: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """What it shows, as plain text."""
        return "\n".join(_text(output) for output in self.outputs)


class NotebookPage:
    """The notebook in the page's current tab."""

    def __init__(self, page: Page, limit: float) -> None:
        self._page = page
        page.set_default_timeout(limit * 1000)
        page.wait_for_function(_KERNEL_IDLE)

    def cells(self) -> list[Cell]:
        return [Cell(number, **found) for number, found in enumerate(self._page.evaluate(_CELLS))]

    def write(self, cell: Cell, source: str) -> None:
        """Type `source` into a cell in place of what it holds."""
        self._page.evaluate(_WRITE, [cell.number, source])

    def run_all(self) -> None:
        """Run all cells and wait for the last."""
        self._page.evaluate(_RUN_ALL)

    def show(self, cell: Cell) -> None:
        """Scroll to a cell."""
        self._page.evaluate(_SHOW, cell.number)

    def picture(self, path: str) -> None:
        self._page.screenshot(path=path)


def _text(output: dict[str, Any]) -> str:
    said = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue") or ""
    return "".join(said)
