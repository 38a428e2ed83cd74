"""Progress survives corruption, crashes between writes and two writers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.lab.filelock import locked
from helpers.lab.progress import Progress

WRITER = """
import sys
from pathlib import Path
from helpers.lab.progress import Progress
for _ in range(25):
    with Progress(Path(sys.argv[1])).editing() as records:
        records.lab("boxes").exercise("box").tries += 1
"""


def test_two_processes_lose_no_update(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen(command) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert Progress(tmp_path).read().lab("boxes").exercise("box").tries == 50


@pytest.mark.parametrize("junk", [b"{", b"\xff\xfe", b'{"labs": []}', b'{"labs": {"a": {"exercises": {"b": 3}}}}', b""])
def test_a_corrupt_file_is_kept_aside_and_said_so(tmp_path: Path, junk: bytes) -> None:
    for number in (1, 2):
        (tmp_path / "progress.json").write_bytes(junk)
        progress = Progress(tmp_path)
        assert progress.read().labs == {}
        assert f"progress.json.corrupt-{number}" in progress.notice
        assert (tmp_path / f"progress.json.corrupt-{number}").read_bytes() == junk


def test_a_person_can_read_the_file(tmp_path: Path) -> None:
    with Progress(tmp_path).editing() as records:
        records.lab("boxes").exercise("box").tries = 2
    text = (tmp_path / "progress.json").read_text()
    assert json.loads(text)["labs"]["boxes"]["exercises"]["box"]["tries"] == 2
    assert '\n        "box": {' in text or '\n          "box": {' in text


def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    with Progress(tmp_path).editing() as records:
        records.lab("a")
    before = (tmp_path / "progress.json").read_bytes()
    with pytest.raises(ZeroDivisionError), Progress(tmp_path).editing() as records:
        records.lab("b").started = str(1 / 0)
    assert (tmp_path / "progress.json").read_bytes() == before


def test_a_lock_that_is_kept_ends_in_a_sentence(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(TimeoutError, match="kept lock"), locked(tmp_path / "lock", 0.05):
        pass


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    with Progress(tmp_path).editing():
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["progress.json", "progress.json.lock"]
