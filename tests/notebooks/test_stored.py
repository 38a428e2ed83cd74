# mypy: disable-error-code="no-untyped-call"
"""The notebooks are stored as they ran: from top to bottom, with their outputs, without an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_output

from helpers import regression
from helpers.regression.notebook import Notebook
from helpers.regression.stored import problems
from tests.unit.regression.making import code, printed
from tests.unit.regression.making import notebook as made

FAULT = new_output("error", ename="KeyError", evalue="'a'", traceback=[])


def test_there_are_notebooks_and_each_has_a_number_of_its_own() -> None:
    numbers = [path.stem.split("_")[0] for path in regression.notebooks()]
    assert numbers
    assert sorted(set(numbers)) == numbers
    assert all(len(number) == 2 and number.isdigit() for number in numbers)


def test_the_notebook_is_stored_as_it_ran(notebook: Notebook) -> None:
    found = problems(notebook)
    assert not found, "\n".join(found)


def test_a_notebook_that_ran_has_no_problem(tmp_path: Path) -> None:
    path = made(tmp_path, "good", code("print(1)", printed("1\n")), code("1 / 0", FAULT, tags=("raises-exception",)))
    assert problems(Notebook.read(path)) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("print(1)", printed("1\n")), code("print(2)", count=None)], "was never executed"),
        ([code("a = 1"), code("b = 1")], "No cell has a stored output"),
        ([code("print(1)", printed("1\n")), code("{}['a']", FAULT)], "stored with the error KeyError"),
    ],
)
def test_what_is_wrong_is_said(cells: list[Any], said: str, tmp_path: Path) -> None:
    path = made(tmp_path, "bad", *cells)
    assert any(said in problem for problem in problems(Notebook.read(path)))


def test_cells_that_ran_in_another_order_are_said(tmp_path: Path) -> None:
    read = Notebook.read(made(tmp_path, "bad", code("print(1)", printed("1\n")), code("a = 1")))
    read.code[0].execution_count, read.code[1].execution_count = 2, 1
    assert any("in order it would be 1" in problem for problem in problems(read))
