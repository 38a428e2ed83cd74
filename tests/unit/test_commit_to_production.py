"""What the lab plants, and how it draws what became of it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers import aws
from labs.commit_to_production import faults, stage, views
from labs.commit_to_production.result import Result

DIGEST = stage.FOLDER / "project/digest.py"


def archive(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return held.getvalue()


def digest(folder: Path) -> str:
    return subprocess.run([sys.executable, DIGEST, folder], capture_output=True, text=True, check=True).stdout.strip()


def test_the_poison_changes_the_handler_and_nothing_else() -> None:
    before = {"handler.py": stage.files()["handler.py"], "VERSION": b"1.0.0\n"}
    with zipfile.ZipFile(io.BytesIO(faults.poisoned(archive(before)))) as packed:
        assert packed.read("VERSION") == before["VERSION"]
        assert b"somebody else" in packed.read("handler.py")


@pytest.mark.parametrize("name", ["failing hook", "slow burn after bake", "alarm with missing data"])
def test_a_release_with_a_fault_is_another_handler_that_compiles(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "time_scale", lambda: 60.0)
    changed = faults.EIGHT[name].changes()["handler.py"]
    assert changed != stage.files()["handler.py"]
    compile(changed, "handler.py", "exec")


def test_the_digest_sees_content_and_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = digest(tmp_path)
    assert digest(tmp_path) == first
    (tmp_path / "a").write_text("2")
    assert digest(tmp_path) != first
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("1")
    assert digest(tmp_path) != first


def test_the_matrix_tells_what_was_run_and_what_was_not() -> None:
    bad = Result("bad configuration", faults.BAD, "Production", 1, 1.0, 0.5, 7)
    text = views.matrix([bad]).text
    assert "bad at 100 % in Production, not what was wanted" in text
    assert text.count("not run yet") == len(faults.EIGHT) - 1
