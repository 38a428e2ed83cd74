"""Collects the workbook's notebooks beside the tests of this folder, so that `pytest tests/notebooks` runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import regression
from helpers.regression.notebook import Notebook
from helpers.regression.plugin import NotebookFile


class Notebooks(pytest.Collector):
    """The notebooks, each collected as helpers.regression.plugin does it."""

    def collect(self) -> Iterator[NotebookFile]:
        for path in regression.notebooks():
            yield NotebookFile.from_parent(self, path=path)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Notebooks | None:
    """Let this file stand for the notebooks."""
    return Notebooks.from_parent(parent, name="notebooks") if file_path == Path(__file__) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes `notebook` each of the notebooks."""
    if "notebook" in metafunc.fixturenames:
        paths = regression.notebooks()
        metafunc.parametrize("notebook", paths, indirect=True, ids=[path.stem for path in paths])


@pytest.fixture
def notebook(request: pytest.FixtureRequest) -> Notebook:
    """A notebook of the workbook as it is stored."""
    return Notebook.read(request.param)
