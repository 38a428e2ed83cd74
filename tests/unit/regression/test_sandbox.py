"""A sandbox keeps the user's settings and credentials out, and ends what was started in it."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from helpers.regression.sandbox import Sandbox

MINE = {
    "AWS_ACCESS_KEY_ID": "mine",
    "AWS_PROFILE": "mine",
    "WORKBOOK_LEARNER": "mine",
    "WORKBOOK_HOME": "mine",
    "WORKBOOK_ACCOUNT": "mine",
}


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MINE.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("mine")
def test_nothing_of_the_user_reaches_a_local_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBOOK_BACKEND", raising=False)
    sandbox = Sandbox()
    assert "mine" not in sandbox.environment().values()
    sandbox.close()


@pytest.mark.usefixtures("mine")
def test_a_run_on_aws_keeps_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_BACKEND", "aws")
    sandbox = Sandbox()
    environment = sandbox.environment()
    assert (environment["AWS_PROFILE"], environment["WORKBOOK_BACKEND"]) == ("mine", "aws")
    assert environment.get("WORKBOOK_LEARNER") is None
    sandbox.close()


def test_two_sandboxes_share_neither_folder_nor_account() -> None:
    one, two = Sandbox(), Sandbox()
    assert one.home != two.home
    assert one.account != two.account
    assert all(len(sandbox.account) == 12 and sandbox.account.isdigit() for sandbox in (one, two))
    one.close()
    two.close()


def test_closing_ends_what_was_started_and_only_that() -> None:
    one, two = Sandbox(), Sandbox()
    wait = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    ours = subprocess.Popen(wait, env=one.environment())
    others = subprocess.Popen(wait, env=two.environment())
    one.close()
    one.close()
    assert not psutil.pid_exists(ours.pid)
    assert not one.home.exists()
    assert others.poll() is None and psutil.pid_exists(others.pid)
    two.close()
    assert not psutil.pid_exists(others.pid)
