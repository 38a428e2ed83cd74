"""What must be true of a notebook as it is stored: executed from top to bottom, with outputs, without an error."""

from __future__ import annotations

from collections.abc import Iterator

from .notebook import Notebook


def problems(notebook: Notebook) -> list[str]:
    """Return what is wrong with the stored outputs of `notebook`, each as a sentence."""
    return [*_not_executed(notebook), *_no_outputs(notebook), *_errors(notebook)]


def _not_executed(notebook: Notebook) -> Iterator[str]:
    filled = [cell for cell in notebook.code if cell.source.strip()]
    for expected, cell in enumerate(filled, 1):
        if cell.execution_count is None:
            yield f"{notebook.where(cell)} was never executed: run all cells and save the notebook."
        elif cell.execution_count != expected:
            seen = f"has the execution count {cell.execution_count}, and in order it would be {expected}"
            yield f"{notebook.where(cell)} {seen}: restart the kernel, run all cells and save."
            return


def _no_outputs(notebook: Notebook) -> Iterator[str]:
    if not any(cell.outputs for cell in notebook.code):
        yield "No cell has a stored output: there is nothing to compare."


def _errors(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.code:
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in notebook.tags(cell):
                yield f"{notebook.where(cell)} is stored with the error {output.ename}: {output.evalue}"
