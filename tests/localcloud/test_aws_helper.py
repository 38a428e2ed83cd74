"""helpers.aws chooses the cloud: local by itself, a real account only when asked, another emulator by its URL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import aws
from helpers.localcloud import instance
from tests.localcloud.support import TestCloud

ROOT = Path(aws.__file__).parents[1]


def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a learner's few lines in a process of their own, with nothing of ours in its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "WORKBOOK_"))}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**kept, **variables}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


MAKE = "from helpers import aws; aws.client('s3').create_bucket(Bucket=aws.bucket_name('made')); print(aws.account())"


def test_without_a_word_it_is_the_local_cloud(cloud: TestCloud) -> None:
    done = run(MAKE, WORKBOOK_HOME=str(cloud.home), WORKBOOK_ACCOUNT=cloud.account)
    assert (done.returncode, done.stdout.split()[-1]) == (0, cloud.account), done.stderr
    assert [found["Name"] for found in cloud.client("s3").list_buckets()["Buckets"]] == [
        f"wb-learner-made-{cloud.account}-us-east-1"
    ]


def test_a_real_account_is_named_before_anything_is_made_in_it(cloud: TestCloud) -> None:
    """The account is one of the local cloud, reached as boto3 reaches AWS: by the user's own settings."""
    environment = {name: value for name, value in cloud.environ().items() if name.startswith("AWS_")}
    done = run(MAKE, WORKBOOK_BACKEND="aws", WORKBOOK_HOME=str(cloud.home), **environment)
    first, last = done.stdout.splitlines()
    assert first.startswith(f"This notebook works in AWS account {cloud.account} (us-east-1) as arn:aws:")
    assert last == cloud.account
    assert len(cloud.client("s3").list_buckets()["Buckets"]) == 1


def test_another_emulator_is_reached_by_its_url(cloud: TestCloud) -> None:
    secret = instance.secret_key(cloud.home, cloud.account)
    own = {"WORKBOOK_ACCOUNT": cloud.account, "AWS_SECRET_ACCESS_KEY": secret}
    done = run(MAKE, WORKBOOK_BACKEND=cloud.endpoint, WORKBOOK_HOME="/nonexistent", **own)
    assert done.returncode == 0, done.stderr
    assert len(cloud.client("s3").list_buckets()["Buckets"]) == 1


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("WORKBOOK_BACKEND", "azure", "must be local, aws, or the URL"),
        ("WORKBOOK_TIME_SCALE", "fast", "must be a number above 0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(variable: str, value: str, sentence: str) -> None:
    done = run("from helpers import aws; aws.client('sts')", **{variable: value})
    assert done.returncode != 0
    assert sentence in done.stderr and variable in done.stderr


@pytest.mark.parametrize(
    "parameters",
    [{"region": "Frankfurt"}, {"region": 7}, {"learner": "Ada L"}, {"learner": "a-b"}, {"time_scale": 0},
     {"time_scale": "60"}, {"time_scale": True}],
)  # fmt: skip
def test_a_parameter_of_the_wrong_kind_is_named_and_changes_nothing(parameters: dict[str, object]) -> None:
    before = aws.region(), aws.prefix()
    with pytest.raises(aws.WorkbookError, match=f"The parameter {next(iter(parameters))} is"):
        aws.configure(**parameters)  # type: ignore[arg-type]
    assert (aws.region(), aws.prefix()) == before


def test_a_wait_ends_with_what_came_or_says_what_did_not(capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter([None, 0, "ready"])
    assert aws.wait("the thing", lambda: next(answers), limit=10, every=0.01) == "ready"
    assert capsys.readouterr().out == "waiting for the thing ... there\n"
    with pytest.raises(aws.WaitTimeout, match=r"Waited 0 s for the thing; the last thing seen was \[\]"):
        aws.wait("the thing", lambda: [], limit=0.05, every=0.01)


def test_no_aws_setting_of_the_user_reaches_a_child_process(cloud: TestCloud) -> None:
    program = "from helpers import aws; print(sorted(aws.environ().items()))"
    done = run(program, WORKBOOK_HOME=str(cloud.home), AWS_PROFILE="work", AWS_SESSION_TOKEN="mine")
    assert done.returncode == 0, done.stderr
    assert "AWS_ENDPOINT_URL" in done.stdout
    assert "work'" not in done.stdout and "AWS_SESSION_TOKEN" not in done.stdout


def test_another_pace_than_the_running_one_is_told(cloud: TestCloud) -> None:
    program = "from helpers import aws; aws.configure(time_scale={}); print(aws.time_scale())"
    same = run(program.format("60"), WORKBOOK_HOME=str(cloud.home))
    other = run(program.format("5"), WORKBOOK_HOME=str(cloud.home))
    assert same.stdout == "60.0\n"
    assert "60 times as fast as AWS, and not 5 times" in other.stdout and other.stdout.endswith("60.0\n")
