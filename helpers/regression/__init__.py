"""Runs the notebooks: `test` holds them against their stored outputs (nbval), `run` takes parameters (papermill)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Report

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
CELL_LIMIT = 120.0
WORKERS = 2


def notebooks() -> list[Path]:
    """Return the workbook's notebooks in their order."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def run(
    notebooks: Sequence[Path] | None = None,
    parameters: Mapping[str, object] | None = None,
    workers: int = WORKERS,
    out: Path | None = None,
    *,
    cell_limit: float = CELL_LIMIT,
) -> Report:
    """Execute notebooks (None: all), each in a cloud of its own, and write the run folder.

    `parameters` are those of the notebooks' parameters cells (`region`, `learner`, `time_scale`); `workers` is how
    many run at once; `out` is the run folder (None: runs/<time>); `cell_limit` is in seconds. A notebook that fails
    does not stop the others. Raises RunError, before anything is started, for an unknown or ill-typed
    parameter and for a notebook that is not there.
    """
    from .running import run_all

    return run_all(notebooks, parameters or {}, workers, out, cell_limit)


def store(notebook: Path, *, cell_limit: float = CELL_LIMIT) -> None:
    """Execute `notebook` from top to bottom in a fresh cloud and store its outputs in it, for `test` to compare.

    Nothing else in the file changes. Raises RunError, and leaves the file as it is, if a cell fails.
    """
    from .storing import execute_in_place

    execute_in_place(notebook, cell_limit)


def test(pytest_args: Sequence[str] = ()) -> int:
    """Run the tests, the notebooks' comparison among them, and return pytest's exit code.

    Without a path in `pytest_args` all tests run; a path of a notebook runs that notebook alone.
    """
    from .suite import run_tests

    return run_tests(pytest_args)
