"""What the lab plants, and how it draws what became of it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers import aws, show
from labs.commit_to_production import faults, production, stage, views
from labs.commit_to_production.attempt import Attempt, waits
from labs.commit_to_production.result import Result
from labs.commit_to_production.traffic import Answer, Customers

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


@pytest.mark.parametrize(
    ("fault", "verdict", "weight", "right"),
    [
        ("bad configuration", faults.ROLLED_BACK, 0.1, True),
        ("bad configuration", faults.ROLLED_BACK, 1.0, False),
        ("bad configuration", faults.PARTLY, 0.1, False),
        ("alarm with missing data", faults.STOPPED, 0.2, False),
        ("slow burn after bake", faults.ROLLED_BACK, 1.0, True),
        ("slow burn after bake", faults.STOPPED, 0.0, False),
        ("poisoned artifact", faults.STOPPED, 0.0, True),
        ("poisoned artifact", faults.STOPPED, 0.1, False),
        ("concurrent push", faults.RECOVERED, 1.0, True),
        ("concurrent push", faults.OLDER, 1.0, False),
    ],
)
def test_an_end_is_right_if_it_was_wanted_and_few_enough_met_it(
    fault: str, verdict: str, weight: float, right: bool
) -> None:
    assert Result(fault, verdict, "Production", 1, weight, weight, 0).right is right


def answer(moment: float, version: str, right: bool = True) -> Answer:
    return Answer(moment, version, f"1.{version}.0", right, {})


def test_a_release_is_drawn_with_its_answers_and_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "time_scale", lambda: 60.0)
    answers = [answer(float(number), "1" if number % 2 else "2", right=number % 2 == 1) for number in range(48)]
    steps = [{"name": "Test", "status": "Failed", "start": 1.0, "end": 2.0}]
    text = views.release("A release with a fault", answers, steps).text
    assert "A release with a fault (47.0 s, 47 min of AWS's, 48 requests)" in text
    assert "failed" in text and "1.1.0" in text and "1.2.0" not in text and "✘ Failed" in text


@pytest.fixture
def attempt(monkeypatch: pytest.MonkeyPatch) -> Attempt:
    monkeypatch.setattr(production, "executions", list)
    monkeypatch.setattr(production, "main_version", lambda: "1")
    monkeypatch.setattr(production, "versions", lambda: {"1"})
    monkeypatch.setattr(faults, "push", lambda fault, message: [("a commit", "1.1.0")])
    return Attempt(faults.OTHER_COUNTRIES, Customers())


@pytest.mark.parametrize(
    ("weights", "moved", "let_through"),
    [
        ({"1": 0.9, "2": 0.1}, {}, False),  # taken back in time
        ({"1": 0.9, "2": 0.1}, {"2": 10.0}, True),
        ({"2": 1.0}, {"2": 10.0}, False),  # there was no canary
        ({"1": 0.9, "2": 0.1}, {"1": 10.0}, False),  # only the way back
    ],
)
def test_a_canary_that_lets_a_fault_through_is_judged_by_those_who_met_it(
    weights: dict[str, float],
    moved: dict[str, float],
    let_through: bool,
    attempt: Attempt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(production, "weights", lambda: weights)
    monkeypatch.setattr(production, "moved", lambda since: moved)
    attempt.customers.answers += [answer(9.0, "2")] * 5 + [answer(11.0, "2")] * 99
    attempt.look(show.live())
    attempt.sum_up()
    assert attempt.let_through is let_through
    assert not let_through or attempt.met == 5


@pytest.mark.parametrize(
    ("stage_name", "status", "output", "answerable"),
    [
        ("Approve", "InProgress", {"executionResult": {"externalExecutionId": "a token"}}, True),
        ("Approve", "InProgress", {"executionResult": {}}, False),  # in its first moment
        ("Approve", "InProgress", {}, False),
        ("Approve", "Succeeded", {"executionResult": {"externalExecutionId": "a token"}}, False),
        ("Test", "InProgress", {"executionResult": {"externalExecutionId": "a build"}}, False),
    ],
)
def test_an_approval_can_be_answered_once_it_has_a_token(
    stage_name: str, status: str, output: dict[str, object], answerable: bool
) -> None:
    assert waits({"stageName": stage_name, "status": status, "output": output}) is answerable


def test_a_deployment_is_named_like_the_execution_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def at(second: float) -> datetime:
        return datetime.fromtimestamp(second, UTC)

    def ran(stage_name: str, start: float) -> dict[str, object]:
        return {
            "stageName": stage_name, "status": "Succeeded", "startTime": at(start), "lastUpdateTime": at(start + 2),
        }  # fmt: skip

    runs = {"a": [ran("Test", 1), ran("Production", 2)], "b": [ran("Production", 6)], "c": [ran("Production", 10)]}
    begun = [
        {"pipelineExecutionId": "c", "executionType": "ROLLBACK"},
        *({"pipelineExecutionId": each, "executionType": "STANDARD"} for each in "ba"),
    ]
    deployed = [
        {"status": "Succeeded", "createTime": at(second), "completeTime": at(second + 1), "creator": creator}
        for second, creator in ((3, "user"), (7, "user"), (8, "codeDeployRollback"), (11, "user"))
    ]
    monkeypatch.setattr(production, "actions", runs.__getitem__)
    monkeypatch.setattr(production, "rules", lambda _: [])
    monkeypatch.setattr(production, "deployments", lambda _: deployed)
    assert [each["name"] for each in production.steps(begun, 0.0)] == [
        "Test", "Production", "deployment", "2: Production", "2: deployment", "back: deployment",
        "back: Production", "back: deployment",
    ]  # fmt: skip
