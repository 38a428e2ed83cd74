"""A learner's first minutes, in a real browser."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from tests.e2e.notebook_page import Cell, NotebookPage

SOLVED = Path(__file__).resolve().parents[2] / "notebooks" / "00_start_here.ipynb"
LIMIT = 120.0


@pytest.fixture(scope="module")
def notebook(page: Page, address: str) -> NotebookPage:
    """The learner's copy of the first notebook, opened by the address that `workbook lab` prints."""
    page.goto(address)
    return NotebookPage(page, LIMIT)


def first_exercise() -> tuple[str, str]:
    """Return the name of the first exercise and its solution, from the solved notebook."""
    for cell in nbformat.read(SOLVED, as_version=4).cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("exercise:"):
                return tag.removeprefix("exercise:"), cell.source
    raise AssertionError(f"{SOLVED.name} has no cell with a tag `exercise:<name>`")


def task(notebook: NotebookPage, name: str) -> Cell:
    return next(cell for cell in notebook.cells() if f"exercise:{name}" in cell.tags)


def check(notebook: NotebookPage, name: str) -> Cell:
    return next(cell for cell in notebook.cells() if f'check("{name}")' in cell.source)


def errors(notebook: NotebookPage) -> list[str]:
    return [cell.text for cell in notebook.cells() for output in cell.outputs if output["output_type"] == "error"]


def test_run_all_of_a_fresh_copy_finishes_and_gives_nothing_away(notebook: NotebookPage) -> None:
    name, solution = first_exercise()
    assert task(notebook, name).source != solution, "the copy has no solutions in it"
    notebook.run_all()
    code = [cell for cell in notebook.cells() if cell.kind == "code"]
    assert errors(notebook) == []
    assert [cell.source for cell in code if cell.source.strip() and cell.count is None] == []
    assert "not attempted" in check(notebook, name).text


def test_a_solved_exercise_turns_right(notebook: NotebookPage, pictures: Path) -> None:
    name, solution = first_exercise()
    notebook.write(task(notebook, name), solution)
    notebook.run_all()
    judged = check(notebook, name)
    notebook.show(judged)
    notebook.picture(str(pictures / "exercise-solved.png"))
    assert errors(notebook) == []
    assert ": right" in judged.text
