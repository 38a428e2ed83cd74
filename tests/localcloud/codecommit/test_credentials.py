"""git's credential helper against the one of the aws CLI, and both against the local cloud."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.git_credential import answer, sign
from tests.localcloud.support import TestCloud

CLI = ("-m", "awscli", "codecommit", "credential-helper", "--ignore-host-check")
OWN = ("-m", "helpers.git_credential")
HOST = "git-codecommit.eu-west-1.amazonaws.com"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def ask(module: tuple[str, ...], verb: str, request: str, keys: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, *module, verb], input=request, env={**kept, "HOME": os.devnull, **keys}, capture_output=True,
        text=True, timeout=60, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip


def fields(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def moment(password: str) -> datetime:
    return datetime.strptime(password[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@pytest.mark.parametrize("token", [None, "a/session+token=="])
@pytest.mark.parametrize(
    "host",
    [HOST, HOST.replace("codecommit", "codecommit-fips"), "vpce-0a-1b.git-codecommit.eu-west-1.vpce.amazonaws.com"],
)
def test_it_says_what_the_aws_cli_says_at_the_same_moment(host: str, token: str | None) -> None:
    request = f"protocol=https\nhost={host}\npath=v1/repos/shop\n\n"
    keys = KEYS | ({"AWS_SESSION_TOKEN": token} if token else {})
    said = ask(CLI, "get", request, keys).stdout
    when = moment(fields(said)["password"])
    own = answer(request.splitlines(), KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"], token, when)
    assert fields(own) == fields(said)


def test_as_a_program_it_answers_git_and_keeps_nothing() -> None:
    request = f"protocol=https\nhost={HOST}\npath=v1/repos/shop\n\n"
    said = fields(ask(OWN, "get", request, KEYS).stdout)
    secret = KEYS["AWS_SECRET_ACCESS_KEY"]
    assert said["username"] == "AKIDEXAMPLE"
    assert said["password"] == sign(secret, HOST, "/v1/repos/shop", "eu-west-1", moment(said["password"]))
    for verb in ("store", "erase"):
        done = ask(OWN, verb, request, KEYS)
        assert (done.returncode, done.stdout) == (0, "")


def test_it_gives_nothing_to_other_hosts() -> None:
    for host in ("example.com", f"{HOST}.example.com", f"evil-{HOST}"):
        assert ask(OWN, "get", f"protocol=https\nhost={host}\npath=v1/repos/shop\n\n", KEYS).stdout == ""


def test_without_keys_it_says_how_to_get_some() -> None:
    nothing = {name: value for name, value in KEYS.items() if "KEY" not in name}
    done = ask(OWN, "get", f"protocol=https\nhost={HOST}\npath=v1/repos/shop\n\n", nothing)
    assert done.returncode == 1
    assert "aws configure" in done.stderr


def test_the_local_cloud_takes_the_clis_password_and_ours_for_their_repository_only(
    cloud: TestCloud, tmp_path: Path
) -> None:
    for name in ("shop", "other"):
        cloud.client("codecommit").create_repository(repositoryName=name)
    address = cloud.endpoint.removeprefix("http://")
    path = "git/us-east-1.amazonaws.com/v1/repos/shop"
    request = f"protocol=http\nhost={address}\npath={path}\n\n"
    of_cli = fields(ask(CLI, "get", request, cloud.environ()).stdout)["password"]
    secret = cloud.environ()["AWS_SECRET_ACCESS_KEY"]
    assert sign(secret, address.partition(":")[0], f"/{path}", "us-east-1", moment(of_cli)) == of_cli
    assert listed(cloud, tmp_path, of_cli, path) == 0
    assert listed(cloud, tmp_path, of_cli, path.replace("shop", "other")) != 0
    of_yesterday = sign(secret, "127.0.0.1", f"/{path}", "us-east-1", datetime(2020, 1, 1, tzinfo=UTC))
    assert listed(cloud, tmp_path, of_yesterday, path) != 0


def listed(cloud: TestCloud, folder: Path, password: str, path: str) -> int:
    address = cloud.endpoint.removeprefix("http://")
    done = subprocess.run(
        ["git", "-c", "credential.helper=", "ls-remote", f"http://{cloud.account}:{password}@{address}/{path}"],
        env={**cloud.environ(), "GIT_CONFIG_COUNT": "0"}, cwd=folder, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode
