"""`workbook up | down | status | env | reset`, and other people's programs after `eval "$(workbook env)"`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from helpers.localcloud import instance

from .conftest import LIMIT, Workbook, environment

BIN = Path(sys.executable).parent
OTHER = "444455556666"


def in_shell(home: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a shell that has taken what `workbook env` prints."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    first = f'set -e; exported="$("{sys.executable}" -m helpers.cli env)"; eval "$exported"; cd "{home.parent}"; '
    return subprocess.run(
        ["/bin/sh", "-c", first + script],
        env={**environment(home), **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


def test_up_status_and_down(workbook: Workbook, home: Path) -> None:
    assert "not running" in workbook("status").stdout
    assert "The local cloud runs at http://127.0.0.1:" in workbook("up").stdout
    pid = instance.status(home).pid
    assert pid and f"process {pid}" in workbook("status").stdout
    assert workbook("up").stdout.count(f"process {pid}") == 1
    assert "is stopped" in workbook("down").stdout
    assert not psutil.pid_exists(pid)
    again = workbook("down")
    assert again.returncode == 0 and "was not running" in again.stdout


def test_the_aws_cli_and_git_just_work_after_env(home: Path) -> None:
    ran = in_shell(
        home,
        "aws codecommit create-repository --repository-name first >/dev/null;"
        "git clone -q https://git-codecommit.us-east-1.amazonaws.com/v1/repos/first 2>&1;"
        "aws sts get-caller-identity --query Account --output text",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == "111122223333"
    assert (home.parent / "first" / ".git").is_dir()
    assert not (home.parent / ".gitconfig").exists(), "the user's own git settings are not ours to write"
    assert not (home.parent / ".aws").exists()


def test_a_profile_of_the_users_does_not_win_over_env(home: Path) -> None:
    ran = in_shell(
        home,
        "aws sts get-caller-identity --query Account --output text",
        AWS_PROFILE="work",
        AWS_SESSION_TOKEN="real",
        AWS_ENDPOINT_URL_STS="http://127.0.0.1:9",
    )
    assert ran.stdout.strip() == "111122223333", ran.stderr


def test_env_is_of_the_account_that_was_asked_for(workbook: Workbook) -> None:
    exported = workbook("env", "--account", OTHER).stdout
    assert f"export AWS_ACCESS_KEY_ID={OTHER}\n" in exported


def test_env_speaks_powershell(workbook: Workbook) -> None:
    lines = workbook("env", "--shell", "powershell", AWS_PROFILE="work").stdout.splitlines()
    assert lines[0] == "Remove-Item Env:AWS_PROFILE"
    assert "$env:AWS_ACCESS_KEY_ID = '111122223333'" in lines
    assert all(line.startswith(("$env:", "Remove-Item")) for line in lines)


def repositories(home: Path, account: str) -> list[str]:
    import boto3

    keys = instance.environment(home, account, "us-east-1")
    client = boto3.client(
        "codecommit",
        endpoint_url=keys["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=account,
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )
    if account == OTHER and not client.list_repositories()["repositories"]:
        client.create_repository(repositoryName="theirs")
    return [each["repositoryName"] for each in client.list_repositories()["repositories"]]


def test_reset_empties_one_account_and_says_what_went(workbook: Workbook, home: Path) -> None:
    in_shell(home, "aws codecommit create-repository --repository-name mine")
    assert "mine" in repositories(home, "111122223333") and repositories(home, OTHER) == ["theirs"]
    said = workbook("reset").stdout
    assert "Account 111122223333" in said and " 0 records" not in said
    assert repositories(home, "111122223333") == [] and repositories(home, OTHER) == ["theirs"]
    assert f"Account {OTHER}" in workbook("reset", "--account", OTHER).stdout


@pytest.mark.parametrize("verb", [["up"], ["down"], ["env"], ["reset"]])
def test_on_aws_there_is_no_local_cloud_to_work_on(workbook: Workbook, verb: list[str]) -> None:
    ran = workbook(*verb, WORKBOOK_BACKEND="aws")
    assert ran.returncode == 1
    assert "WORKBOOK_BACKEND is aws" in ran.stderr and ran.stdout == ""


def test_a_port_that_is_taken_is_named(workbook: Workbook, home: Path) -> None:
    import socket

    workbook("down")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = workbook("up", "--port", str(port))
    assert ran.returncode == 1
    assert str(port) in ran.stderr and "Traceback" not in ran.stderr


def test_a_shell_takes_every_value_of_env_unchanged(home: Path) -> None:
    script = f'"{sys.executable}" -c "import json, os; print(json.dumps(dict(os.environ)))"'
    seen = json.loads(in_shell(home, script).stdout)
    wanted = instance.environment(home, "111122223333", "us-east-1")
    assert {name: seen[name] for name in wanted} == wanted
