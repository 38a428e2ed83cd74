"""A pytest plugin on nbval: notebooks in sandboxes, their outputs compared, with the checks that nbval lacks.

What differs from nbval: a cell that was never executed fails; pictures are counted; updates of a display and cleared
outputs are compared as the reader sees them; a dead kernel and a cell over its limit are named at once; after a
cell that could not run the rest is skipped, instead of failing one after the other; `raises-exception` must raise.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

from . import CELL_LIMIT
from .comparison import describe, kinds_differ, without_geometry
from .kernel import KernelDied, OverLimit, WatchedKernel
from .report import plain
from .sandbox import Sandbox

SANITIZE = Path(str(files(__package__).joinpath("sanitize.cfg")))


class CellFailed(Exception):
    """A cell did not do what is stored; the message says what, for a person."""


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect notebooks ourselves, in nbval's place if `--nbval` is given."""
    found = yield
    if file_path.suffix != ".ipynb":
        return found
    others = [collector for collector in found if not isinstance(collector, IPyNbFile)]
    return [*others, NotebookFile.from_parent(parent, path=file_path)]


class NotebookFile(IPyNbFile):  # type: ignore[misc]
    """A notebook: one kernel in one sandbox."""

    broken: str | None = None
    sandbox: Sandbox | None = None

    @property
    def limit(self) -> float:
        """How long a cell may take, in seconds."""
        return float(min(self.config.option.nbval_cell_timeout, CELL_LIMIT))

    def collect(self) -> Iterator[NotebookCell]:
        for cell in super().collect():
            yield NotebookCell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options
            )

    def setup(self) -> None:
        self.sandbox = Sandbox()
        self.setup_sanitize_files()
        seen = deepcopy(self.nb)
        seen.cells = [cell for cell in seen.cells if cell.cell_type == "code"]
        self.client = NotebookClient(seen, record_timing=False)
        self.kernel = WatchedKernel(self.sandbox, self.config.option.nbval_kernel_startup_timeout)

    def get_sanitize_files(self) -> list[str]:
        return [str(SANITIZE), *super().get_sanitize_files()]

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            if self.sandbox is not None:
                self.sandbox.close()

    def outputs_of(self, number: int) -> list[Any]:
        """Run the code cell `number` and return its outputs. Raises CellFailed."""
        try:
            self.kernel.run(self.client, number, self.limit)
        except KernelDied:
            self._break(number, f"the kernel died while it ran this cell.\n{self._crash()}")
        except OverLimit:
            self._break(number, f"the cell had not finished after {self.limit:g} s and was interrupted.")
        return list(self.client.nb.cells[number].outputs)

    def _break(self, number: int, why: str) -> None:
        self.broken = f"cell {number} could not be run to its end"
        outputs = self.client.nb.cells[number].outputs
        where = "\n".join(line for output in outputs for line in output.get("traceback", []))
        raise CellFailed(f"{why}\n{plain(where)}")

    def _crash(self) -> str:
        lines = self.kernel.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-20:])


class NotebookCell(IPyNbCell):  # type: ignore[misc]
    """A code cell: run, and held against what is stored."""

    parent: NotebookFile

    def setup(self) -> None:
        """nbval would expect failures after a timeout here; `runtest` skips with the reason instead."""

    def runtest(self) -> None:
        if self.parent.broken:
            pytest.skip(f"not run: {self.parent.broken}")
        seen = coalesce_streams(self.parent.outputs_of(self.cell_num))
        self._check_errors(seen)
        if self.cell.execution_count is None:
            raise CellFailed("the notebook was stored without running this cell; run all cells and save it.")
        if self.options["check"]:
            self._check_outputs(coalesce_streams(self.cell.outputs), seen)

    def _check_errors(self, seen: list[Any]) -> None:
        errors = [output for output in seen if output.output_type == "error"]
        if self.options["check_exception"]:
            if not errors:
                raise CellFailed("the cell is tagged raises-exception and raised nothing.")
        elif errors:
            self.parent.broken = f"cell {self.cell_num} raised {errors[0].ename}"
            trace = plain("\n".join(errors[0].traceback))
            raise CellFailed(f"the cell raised {errors[0].ename}: {errors[0].evalue}\n{trace}")

    def _check_outputs(self, stored: list[Any], seen: list[Any]) -> None:
        why = kinds_differ(stored, seen)
        if why is None and self.compare_outputs(seen, stored):
            return
        what = why or "its outputs are not the stored ones"
        raise CellFailed(f"{what}\n{describe(self.cell.source, stored, seen, self.sanitize)}")

    def sanitize(self, shown: Any) -> Any:
        """Return `shown` without what differs from run to run: sanitize.cfg, terminal colours, sizes in pictures."""
        return super().sanitize(without_geometry(plain(shown))) if isinstance(shown, str) else shown

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        if not isinstance(excinfo.value, CellFailed):
            return str(pytest.Item.repr_failure(self, excinfo))
        shown = str(excinfo.value)
        source = "" if "--- cell ---" in shown else f"\n--- cell ---\n{self.cell.source}\n"
        return f"{self.parent.path.name}, code cell {self.cell_num} (from 0): {shown}{source}"
