"""The proof proves a good lab and finds each fault put into it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpers import aws
from helpers.lab.proof import prove

TINY = Path(__file__).parent / "tiny"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "tiny"))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_good_lab_holds_in_every_claim(tiny: Path) -> None:
    proof = prove("tiny", tiny)
    assert proof.holds, str(proof)
    claims = {(finding.exercise, finding.claim) for finding in proof.findings}
    for exercise in ("queue", "message"):
        assert (exercise, "its starter is not attempted") in claims
        assert (exercise, "its solution is right") in claims
        assert (exercise, "a fresh copy is not attempted") in claims
    assert ("queue", "minutes is rejected with its own message") in claims
    assert ("queue", "minutes can be undone") in claims
    assert ("message", "twice is rejected with its own message") in claims
    assert ("", "the cloud after the solved notebook is as it was before") in claims


def _solution_is_wrong(root: Path) -> None:
    _change(root / "notebooks" / "01_tiny.ipynb", "3600", "3601")


def _nothing_is_cleaned(root: Path) -> None:
    _change(root / "notebooks" / "01_tiny.ipynb", "clean_up('tiny')", "clean_up('tiny', dry_run=True)")


def _message_is_another(root: Path) -> None:
    _change(root / "labs" / "tiny" / "wrong" / "minutes.py", '"the unit"', '"a leap year"')


def _a_cell_raises(root: Path) -> None:
    _change(root / "notebooks" / "01_tiny.ipynb", "aws.configure(learner='ada')", "1 / 0")


def _broken(root: Path) -> dict[str, str]:
    return {finding.claim: finding.detail for finding in prove("tiny", root).findings if not finding.holds}


def test_each_fault_is_found_and_named(tiny: Path) -> None:
    for fault in (_solution_is_wrong, _nothing_is_cleaned, _message_is_another):
        fault(tiny)
    broken = _broken(tiny)
    assert "3601 seconds" in broken["its solution is right"]
    assert "wb-ada-orders" in broken["the cloud after the solved notebook is as it was before"]
    assert "a leap year" in broken["minutes is rejected with its own message"]
    assert len(broken) == 3


def test_a_cell_that_raises_is_named_with_its_error(tiny: Path) -> None:
    _a_cell_raises(tiny)
    broken = _broken(tiny)
    assert "cell setup failed" in broken["its cells run (solved)"]
    assert "ZeroDivisionError" in broken["its cells run (fresh)"]


def test_what_is_not_written_is_found_without_a_replay(tiny: Path) -> None:
    (tiny / "labs" / "tiny" / "wrong" / "twice.py").unlink()
    _change(
        tiny / "labs" / "tiny" / "exercises.py",
        'plan="Find',
        'plan="sqs.send_message(QueueUrl=address, MessageBody=\'hello\') "\n    "Find',
    )
    broken = [str(finding) for finding in prove("tiny", tiny).findings if not finding.holds]
    assert [line.split(":")[1].strip() for line in broken] == [
        "has a wrong answer",
        "has hints that do not give the answer away",
    ]


def test_a_wrong_answer_without_a_message_is_named(tiny: Path) -> None:
    _change(tiny / "labs" / "tiny" / "wrong" / "twice.py", "MESSAGE", "MASSAGE")
    with pytest.raises(aws.WorkbookError, match=r"wrong/twice\.py lacks MESSAGE"):
        prove("tiny", tiny)
