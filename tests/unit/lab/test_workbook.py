"""start, next, status, check and reset."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers import aws
from helpers.lab import workbook as module
from helpers.lab.cleanup import CleanupReport
from helpers.lab.notebook import cut


def test_start_cuts_solutions_clears_outputs_and_keeps_ids(world: Any) -> None:
    started = world.workbook.start("boxes")
    cells = json.loads(started.path.read_text())["cells"]
    assert started.made and [cell["id"] for cell in cells] == ["top", "box-cell", "lid-cell"]
    assert "".join(cells[1]["source"]) == "if True:\n    pass  # your turn\nprint('done')"
    assert "".join(cells[2]["source"]) == "pass  # your turn"
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells[1:])


def test_start_never_overwrites_a_learners_work(world: Any) -> None:
    path = world.workbook.start("boxes").path
    path.write_text("my work")
    again = world.workbook.start("boxes")
    assert not again.made and path.read_text() == "my work"
    assert "left as it is" in str(again) and "workbook reset boxes" in str(again)


def test_reset_moves_the_work_aside_and_forgets(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "clean_up", lambda slug: CleanupReport(slug, False, (), ()))
    path = world.workbook.start("boxes").path
    path.write_text("my work")
    world.set(box="wood")
    world.workbook.check("boxes", "box")
    reset = world.workbook.reset("boxes")
    assert reset.kept.name.endswith(".bak.ipynb") and reset.kept.read_text() == "my work" and not path.exists()
    assert "0 of 2" in str(world.workbook.status())
    assert world.workbook.start("boxes").made


def test_status_and_next_follow_the_learner(world: Any) -> None:
    assert "○ 03 boxes: Boxes (5 min): not started, 0 of 2" in str(world.workbook.status())
    assert "workbook start boxes" in str(world.workbook.next_exercise())
    world.workbook.start("boxes")
    world.set(box="wood")
    assert [verdict.right for verdict in world.workbook.check("boxes")] == [True, False]
    assert "▶ 03 boxes: Boxes (5 min): begun, 1 of 2" in str(world.workbook.status())
    assert "Next: Put a lid on it" in str(world.workbook.next_exercise())
    world.set(box="wood", lid=True)
    world.workbook.check("boxes", "lid")
    assert "Every exercise is right" in str(world.workbook.next_exercise())


def test_an_unknown_lab_is_answered_with_those_there_are(world: Any) -> None:
    with pytest.raises(aws.WorkbookError, match=r"no lab called 'hats'.*boxes"):
        world.workbook.start("hats")


def test_a_typo_in_the_manifest_is_named(world: Any) -> None:
    path = world.root / "labs" / "boxes" / "lab.toml"
    path.write_text(path.read_text().replace("minutes", "minuets"))
    with pytest.raises(aws.WorkbookError, match=r"lab\.toml.*minuets"):
        world.workbook.start("boxes")


@pytest.mark.parametrize("source", ["### BEGIN SOLUTION\nx", "x\n### END SOLUTION"])
def test_a_marker_without_its_partner_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"no partner"):
        cut(source)
