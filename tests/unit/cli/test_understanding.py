"""What the command says when it is called wrongly, and what it passes on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from helpers import cli, regression

from .conftest import Workbook

VERBS = (
    "setup",
    "lab",
    "test",
    "run",
    "bench",
    "doctor",
    "up",
    "down",
    "status",
    "reset",
    "env",
    "start",
    "next",
    "check",
)


def test_help_names_every_verb(workbook: Workbook) -> None:
    said = workbook("--help")
    assert said.returncode == 0
    assert [verb for verb in VERBS if f"\n    {verb} " not in said.stdout] == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "VERB"),
        (["deploy"], "invalid choice: 'deploy'"),
        (["reset", "--account", "12"], "an account is 12 digits, not '12'"),
        (["env", "--account", "১২৩৪৫৬৭৮৯০১২"], "an account is 12 digits"),
        (["up", "--port", "high"], "invalid int value: 'high'"),
    ],
)
def test_what_is_not_understood_ends_with_2(workbook: Workbook, arguments: list[str], reason: str) -> None:
    ran = workbook(*arguments)
    assert ran.returncode == 2
    assert reason in ran.stderr and "Traceback" not in ran.stderr


def test_a_lab_that_is_not_there_is_a_sentence(workbook: Workbook) -> None:
    for verb in ("start", "check", "reset", "lab"):
        ran = workbook(verb, "no_such_lab")
        assert ran.returncode == 1
        assert "There is no lab called 'no_such_lab'" in ran.stderr and "Traceback" not in ran.stderr


def test_a_lab_and_an_account_are_not_reset_at_once(workbook: Workbook) -> None:
    ran = workbook("reset", "start_here", "--account", "111122223333")
    assert ran.returncode == 1 and "not both" in ran.stderr


def test_run_refuses_an_unknown_parameter(workbook: Workbook) -> None:
    ran = workbook("run", "-p", "colour=blue")
    assert ran.returncode == 1 and "colour" in ran.stderr and "Traceback" not in ran.stderr


def test_test_and_bench_pass_everything_on_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(regression, "test", lambda arguments: called.append(list(arguments)) or 5)
    assert cli.main(["test", "-k", "git and not slow", "tests/unit"]) == 5
    assert cli.main(["bench", "-x"]) == 5
    assert called[0] == ["-k", "git and not slow", "tests/unit"]
    assert called[1][0] == "tests/bench" and called[1][-1] == "-x"


def test_ctrl_c_ends_with_130_and_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(regression, "test", interrupted)
    assert cli.main(["test"]) == 130


def test_the_command_starts_quickly_because_it_imports_little() -> None:
    program = (
        "import sys, helpers.cli as cli; cli._parser(); print([m for m in ('boto3', 'jupyterlab') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]"
