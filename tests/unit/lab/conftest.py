"""A tiny lab on disk whose "cloud" is a JSON file: exercises can be judged without any cloud."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.lab.catalogue import Catalogue
from helpers.lab.workbook import Workbook

MANIFEST = """
number = 3
title = "Boxes"
minutes = 5
does = ["put a lid on a box"]
creates = ["one box"]
needs = ["[Start here](00_start_here.ipynb)"]
[cost]
forecast_usd = 0.02
cap_usd = 1.0
[fidelity]
real = ["the box"]
"""

EXERCISES = """
import json
from pathlib import Path
from helpers.lab import Outcome, exercise, not_attempted, right, wrong

CLOUD = Path(__file__).parents[2] / "cloud.json"

@exercise("Bring a box", place="The field called box.", plan="First find one, then carry it here.")
def box() -> Outcome:
    cloud = json.loads(CLOUD.read_text())
    if "box" not in cloud:
        return not_attempted("there is no box", point="Where do things come from?")
    if cloud["box"] != "wood":
        return wrong(seen=f"a box of {cloud['box']}", expected="wood", where="its walls", point="What burns?")
    return right("The box is of wood.", next_question="Who made it?")

@exercise("Put a lid on it", place="The field called lid.", plan="Look for it; lay it on top.")
def lid() -> Outcome:
    return right("closed") if json.loads(CLOUD.read_text()).get("lid") else not_attempted("there is no lid")
"""


def code(identity: str, source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"tags": list(tags)},
        "source": source.splitlines(keepends=True),
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["old\n"]}],
        "execution_count": 7,
    }


BOX_CELL = """if True:
    ### BEGIN SOLUTION
    material = 'wood'

    bring(material)
    ### END SOLUTION
print('done')"""

CELLS = [
    {"cell_type": "markdown", "id": "top", "metadata": {}, "source": ["# Boxes"]},
    code(
        "box-cell",
        BOX_CELL,
        "exercise:box",
    ),
    code("lid-cell", "### BEGIN SOLUTION\nclose()\n### END SOLUTION", "exercise:lid"),
]


class World:
    """The tiny lab, its learner's home, and the state of its cloud."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / "home"
        self.workbook = Workbook(Catalogue(root), self.home, lambda: datetime(2026, 11, 24, 10, tzinfo=UTC))
        self.set()

    def set(self, **state: Any) -> None:
        (self.root / "cloud.json").write_text(json.dumps(state))

    def break_cloud(self) -> None:
        (self.root / "cloud.json").unlink()


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "labs" / "boxes"
    folder.mkdir(parents=True)
    (folder / "lab.toml").write_text(MANIFEST)
    (folder / "exercises.py").write_text(EXERCISES)
    (tmp_path / "notebooks").mkdir()
    notebook = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "notebooks" / "03_boxes.ipynb").write_text(json.dumps(notebook))
    return World(tmp_path)
