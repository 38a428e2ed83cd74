"""`store` renews what the comparison expects, and only that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers import regression
from helpers.regression.notebook import Notebook, RunError
from helpers.regression.stored import problems
from tests.unit.regression.making import code, notebook, parameters, printed, prose


def test_outputs_are_renewed_and_nothing_else(tmp_path: Path) -> None:
    path = notebook(tmp_path, "old", prose("# T"), parameters(), code("print(6 * 7)", printed("41\n"), count=None))
    before = json.loads(path.read_text())
    regression.store(path)
    after = json.loads(path.read_text())
    assert after["cells"][2]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["42\n"]}]
    assert problems(Notebook.read(path)) == []
    for cell in (*before["cells"], *after["cells"]):
        for renewed in ("outputs", "execution_count"):
            cell.pop(renewed, None)
    assert after == before


def test_stored_twice_is_the_same_file(tmp_path: Path) -> None:
    path = notebook(tmp_path, "same", code("from helpers import aws\nprint(aws.account(), aws.name('shop'))"))
    regression.store(path)
    first = path.read_bytes()
    regression.store(path)
    assert path.read_bytes() == first


def test_a_failing_notebook_is_left_as_it_was(tmp_path: Path) -> None:
    path = notebook(tmp_path, "bad", code("print(1)", printed("2\n")), code("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(RunError, match=r"bad\.ipynb is left as it was(.|\n)*ZeroDivisionError"):
        regression.store(path)
    assert path.read_bytes() == before
