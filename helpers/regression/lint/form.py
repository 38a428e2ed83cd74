"""Rules on a notebook's cells: ids, tags, exercises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..notebook import Notebook

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
EXERCISE = re.compile(r"exercise:[a-z][a-z0-9_-]*")
TAGS = {"parameters", "setup", "continues", "raises-exception", "nbval-ignore-output", "hide-input"}
_SKIPS = re.compile(r"(?i)#\s*nbval_skip\b")


def cell_ids(notebook: Notebook) -> Iterator[str]:
    """Every cell has an id of its own, which the file format keeps from version 4.5 on."""
    if (notebook.node.nbformat, notebook.node.nbformat_minor) < (4, 5):
        yield "The notebook is older than format 4.5: it has no cell ids. Save it anew."
    for identity, count in Counter(cell.get("id") for cell in notebook.cells).items():
        if identity is None:
            yield f"{count} cells have no id."
        elif count > 1:
            yield f"{count} cells share the id {identity!r}."


def parameters_cell(notebook: Notebook) -> Iterator[str]:
    """One cell is tagged `parameters`, and the setup cell comes after it (rule 2)."""
    yield from _exactly_one(notebook, "parameters")
    order = [tag for cell in notebook.code for tag in notebook.tags(cell) if tag in ("parameters", "setup")]
    if order == ["setup", "parameters"]:
        yield "The cell tagged `setup` comes before the one tagged `parameters`, whose values it takes."


def setup_cell(notebook: Notebook) -> Iterator[str]:
    """One cell is tagged `setup` (rule 2)."""
    yield from _exactly_one(notebook, "setup")


def known_tags(notebook: Notebook) -> Iterator[str]:
    """A tag that nothing reads is a typing error."""
    for cell in notebook.cells:
        for tag in notebook.tags(cell):
            if tag not in TAGS and not EXERCISE.fullmatch(tag):
                yield f"{notebook.where(cell)} has the tag {tag!r}, which means nothing here."


def exercises(notebook: Notebook) -> Iterator[str]:
    """A solution stands between its markers, in a cell tagged `exercise:<name>`, one cell a name (rule 13)."""
    names = Counter(tag for cell in notebook.code for tag in notebook.tags(cell) if tag.startswith("exercise:"))
    yield from (f"{count} cells are tagged {name!r}." for name, count in names.items() if count > 1)
    for cell in notebook.code:
        tagged = any(tag.startswith("exercise:") for tag in notebook.tags(cell))
        markers = [line.strip() for line in cell.source.splitlines() if line.strip() in (BEGIN, END)]
        if tagged and (not markers or markers != [BEGIN, END] * (len(markers) // 2)):
            yield f"{notebook.where(cell)} is an exercise; its solution must stand between {BEGIN} and {END}."
        elif markers and not tagged:
            yield f"{notebook.where(cell)} holds a solution and has no tag exercise:<name>."


def nothing_skipped(notebook: Notebook) -> Iterator[str]:
    """No cell is left out of the comparison run (rule 25)."""
    for cell in notebook.code:
        if "nbval-skip" in notebook.tags(cell) or _SKIPS.search(cell.source):
            yield f"{notebook.where(cell)} is skipped by the regression run."


def _exactly_one(notebook: Notebook, tag: str) -> Iterator[str]:
    count = sum(tag in notebook.tags(cell) for cell in notebook.code)
    if count != 1:
        yield f"{count} code cells are tagged `{tag}`; one must be."
