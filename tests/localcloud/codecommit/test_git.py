"""CodeCommit through git itself."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localcloud.support import TestCloud, eventually, new_account

AWS_URL = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
NAMED = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")


def git(
    cloud: TestCloud, *arguments: str, cwd: Path, fails: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["git", *NAMED, *arguments], cwd=cwd, env={**cloud.environ(), **variables}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode != 0) is fails, done.stderr
    return done


def commit_file(cloud: TestCloud, work: Path, name: str, content: bytes) -> str:
    (work / name).write_bytes(content)
    git(cloud, "add", "--all", cwd=work)
    git(cloud, "commit", "--quiet", "--message", f"Add {name}", cwd=work)
    return git(cloud, "rev-parse", "HEAD", cwd=work).stdout.strip()


@pytest.fixture
def work(cloud: TestCloud, tmp_path: Path) -> Path:
    """A clone of an empty repository."""
    cloud.client("codecommit").create_repository(repositoryName="shop")
    git(cloud, "clone", "--quiet", AWS_URL, "work", cwd=tmp_path)
    git(cloud, "checkout", "-q", "-B", "main", cwd=tmp_path / "work")
    return tmp_path / "work"


def tip(cloud: TestCloud, branch: str = "main") -> str:
    found: Any = cloud.client("codecommit").get_branch(repositoryName="shop", branchName=branch)
    return str(found["branch"]["commitId"])


def test_push_clone_and_fetch_move_the_same_commits(cloud: TestCloud, work: Path, tmp_path: Path) -> None:
    pushed = commit_file(cloud, work, "a.bin", os.urandom(1000))
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    assert tip(cloud) == pushed
    url = cloud.client("codecommit").get_repository(repositoryName="shop")["repositoryMetadata"]["cloneUrlHttp"]
    git(cloud, "clone", "--quiet", url, "other", cwd=tmp_path)
    assert (tmp_path / "other" / "a.bin").read_bytes() == (work / "a.bin").read_bytes()
    made = cloud.client("codecommit").put_file(
        repositoryName="shop", branchName="main", filePath="b", fileContent=b"api", parentCommitId=pushed
    )
    git(cloud, "pull", "--quiet", cwd=tmp_path / "other")
    assert git(cloud, "rev-parse", "HEAD", cwd=tmp_path / "other").stdout.strip() == made["commitId"]


def test_a_push_of_20_megabytes_arrives_whole(cloud: TestCloud, work: Path) -> None:
    pushed = commit_file(cloud, work, "big.bin", os.urandom(20_000_000))
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    assert tip(cloud) == pushed


def test_a_push_that_would_lose_commits_is_refused(cloud: TestCloud, work: Path, tmp_path: Path) -> None:
    commit_file(cloud, work, "a", b"1")
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    git(cloud, "clone", "--quiet", AWS_URL, "other", cwd=tmp_path)
    kept = commit_file(cloud, work, "a", b"2")
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    commit_file(cloud, tmp_path / "other", "a", b"3")
    assert "rejected" in git(cloud, "push", "origin", "main", cwd=tmp_path / "other", fails=True).stderr
    assert tip(cloud) == kept


@pytest.mark.parametrize("wrong", [{"AWS_SECRET_ACCESS_KEY": "wrong"}, {"AWS_ACCESS_KEY_ID": "nobody"}])
def test_wrong_keys_are_refused_with_a_sentence(cloud: TestCloud, work: Path, wrong: dict[str, str]) -> None:
    stderr = git(cloud, "ls-remote", AWS_URL, cwd=work, fails=True, **wrong).stderr
    assert "workbook env" in stderr


def test_without_keys_git_is_refused_and_does_not_ask(cloud: TestCloud, work: Path) -> None:
    stderr = git(cloud, "-c", "credential.helper=", "ls-remote", AWS_URL, cwd=work, fails=True,
                 AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", GIT_ASKPASS="true").stderr  # fmt: skip
    assert "Authentication failed" in stderr or "could not read Username" in stderr


def test_another_account_does_not_see_the_repository(cloud: TestCloud, work: Path) -> None:
    other = cloud.environ(new_account())
    done = subprocess.run(
        ["git", "ls-remote", AWS_URL], cwd=work, env=other, capture_output=True, text=True, timeout=30
    )
    assert done.returncode != 0
    assert "shop does not exist" in done.stderr


def test_the_users_own_configuration_is_neither_read_nor_written(cloud: TestCloud, work: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    helper = f'!echo asked >> "{home / "asked"}"'
    (home / ".gitconfig").write_text(f"[credential]\n\thelper = {json.dumps(helper)}\n")
    before = (home / ".gitconfig").read_text()
    commit_file(cloud, work, "a", b"1")
    git(cloud, "push", "--quiet", "origin", "main", cwd=work, HOME=str(home))
    assert (home / ".gitconfig").read_text() == before
    assert sorted(path.name for path in home.iterdir()) == [".gitconfig"]


def test_a_push_reaches_the_rules_of_eventbridge(cloud: TestCloud, work: Path) -> None:
    queue = cloud.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    pattern = json.dumps({"source": ["aws.codecommit"], "detail": {"referenceName": ["main"]}})
    cloud.client("events").put_rule(Name="pushes", EventPattern=pattern)
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:events"
    cloud.client("events").put_targets(Rule="pushes", Targets=[{"Id": "queue", "Arn": arn}])
    pushed = commit_file(cloud, work, "a", b"1")
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)

    def received() -> Any:
        return cloud.client("sqs").receive_message(QueueUrl=queue).get("Messages")

    event = json.loads(eventually(received, what="the event of the push")[0]["Body"])
    assert event["detail-type"] == "CodeCommit Repository State Change"
    assert (event["detail"]["event"], event["detail"]["commitId"]) == ("referenceCreated", pushed)
    assert event["resources"] == [f"arn:aws:codecommit:{cloud.region}:{cloud.account}:shop"]


def test_a_push_survives_a_kill(private_cloud: TestCloud, tmp_path: Path) -> None:
    private_cloud.client("codecommit").create_repository(repositoryName="shop")
    git(private_cloud, "clone", "--quiet", AWS_URL, "work", cwd=tmp_path)
    work = tmp_path / "work"
    git(private_cloud, "checkout", "-q", "-B", "main", cwd=work)
    pushed = commit_file(private_cloud, work, "a", b"1")
    git(private_cloud, "push", "--quiet", "origin", "main", cwd=work)
    private_cloud.kill()
    private_cloud.restart()
    assert tip(private_cloud) == pushed
    git(private_cloud, "fetch", "--quiet", "origin", cwd=work)


def test_a_ref_that_moved_unannounced_before_a_crash_is_announced_after_it(private_cloud: TestCloud) -> None:
    codecommit = private_cloud.client("codecommit")
    codecommit.create_repository(repositoryName="shop")
    first = codecommit.put_file(repositoryName="shop", branchName="main", filePath="a", fileContent=b"1")["commitId"]
    queue = private_cloud.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    private_cloud.client("events").put_rule(Name="all", EventPattern='{"source": ["aws.codecommit"]}')
    arn = f"arn:aws:sqs:{private_cloud.region}:{private_cloud.account}:events"
    private_cloud.client("events").put_targets(Rule="all", Targets=[{"Id": "q", "Arn": arn}])
    private_cloud.stop()
    folder = next((private_cloud.home / "cloud" / "codecommit" / private_cloud.account).glob("*/*.git"))
    # What a crash between git's work and the announcement leaves: a ref that the store does not know.
    subprocess.run(["git", "--git-dir", str(folder), "update-ref", "refs/heads/other", first], check=True, timeout=30)
    private_cloud.restart()

    def received() -> Any:
        return private_cloud.client("sqs").receive_message(QueueUrl=queue).get("Messages")

    event = json.loads(eventually(received, what="the late announcement")[0]["Body"])
    assert event["detail"]["referenceName"] == "other"


def test_a_name_that_is_not_utf_8_can_be_pushed_listed_and_cloned(cloud: TestCloud, work: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    try:
        (work / name).write_bytes(b"1")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    git(cloud, "add", "--all", cwd=work)
    git(cloud, "commit", "--quiet", "--message", "A name in Latin-1", cwd=work)
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    codecommit = cloud.client("codecommit")
    listed = codecommit.get_folder(repositoryName="shop", folderPath="/")["files"][0]
    assert listed["absolutePath"].startswith("caf")
    assert codecommit.get_blob(repositoryName="shop", blobId=listed["blobId"])["content"] == b"1"
    git(cloud, "clone", "--quiet", AWS_URL, "other", cwd=tmp_path)
    assert (tmp_path / "other" / name).read_bytes() == b"1"


def test_a_folder_lists_links_and_submodules(cloud: TestCloud, work: Path) -> None:
    commit_file(cloud, work, "a", b"1")
    (work / "link").symlink_to("a")
    git(cloud, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module", cwd=work)
    git(cloud, "add", "link", cwd=work)
    git(cloud, "commit", "--quiet", "--message", "A link and a submodule", cwd=work)
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    top = cloud.client("codecommit").get_folder(repositoryName="shop", folderPath="/")
    assert [link["relativePath"] for link in top["symbolicLinks"]] == ["link"]
    assert [(module["relativePath"], module["commitId"]) for module in top["subModules"]] == [("module", "1" * 40)]


def test_the_default_branch_is_not_deleted_by_a_push_either(cloud: TestCloud, work: Path) -> None:
    kept = commit_file(cloud, work, "a", b"1")
    git(cloud, "push", "--quiet", "origin", "main", cwd=work)
    assert "refus" in git(cloud, "push", "origin", ":main", cwd=work, fails=True).stderr
    assert tip(cloud) == kept


def test_every_moved_ref_is_announced_once(cloud: TestCloud, work: Path) -> None:
    receive = announcements(cloud)
    first = commit_file(cloud, work, "a", b"1")
    git(cloud, "tag", "v1", cwd=work)
    git(cloud, "push", "--quiet", "origin", "main", "main:side", "v1", cwd=work)
    second = commit_file(cloud, work, "a", b"2")
    git(cloud, "push", "--quiet", "origin", "main", ":side", cwd=work)
    cloud.client("codecommit").create_branch(repositoryName="shop", branchName="api", commitId=second)
    seen: list[tuple[str, ...]] = []

    def six() -> bool:
        seen.extend(receive())
        return len(seen) >= 6

    eventually(six, what="six announcements")
    assert sorted(seen) == sorted(
        [
            ("referenceCreated", "branch", "main", "", first),
            ("referenceCreated", "branch", "side", "", first),
            ("referenceCreated", "tag", "v1", "", first),
            ("referenceUpdated", "branch", "main", first, second),
            ("referenceDeleted", "branch", "side", first, ""),
            ("referenceCreated", "branch", "api", "", second),
        ]
    )


def announcements(cloud: TestCloud) -> Callable[[], list[tuple[str, ...]]]:
    """Return what receives the account's announcements since the last call, through a rule and a queue."""
    sqs = cloud.client("sqs")
    queue = sqs.create_queue(QueueName="moved")["QueueUrl"]
    cloud.client("events").put_rule(Name="moved", EventPattern='{"source": ["aws.codecommit"]}')
    arn = f"arn:aws:sqs:{cloud.region}:{cloud.account}:moved"
    cloud.client("events").put_targets(Rule="moved", Targets=[{"Id": "queue", "Arn": arn}])

    def receive() -> list[tuple[str, ...]]:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        details = [json.loads(message["Body"])["detail"] for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        keys = ("event", "referenceType", "referenceName", "oldCommitId", "commitId")
        return [tuple(detail.get(key, "") for key in keys) for detail in details]

    return receive
