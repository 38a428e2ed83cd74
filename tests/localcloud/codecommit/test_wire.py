"""CodeCommit's HTTP where git's own client would not go: broken off, malformed, refused while it is still sending."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from tests.localcloud.codecommit.wire import REPOSITORY, answer, connect, git_processes, push_request
from tests.localcloud.support import TestCloud, eventually

RECEIVE = f"POST {REPOSITORY}/git-receive-pack"


@pytest.fixture
def shop(cloud: TestCloud) -> TestCloud:
    """An account with a repository of one commit."""
    client = cloud.client("codecommit")
    client.create_repository(repositoryName="shop")
    client.put_file(repositoryName="shop", branchName="main", filePath="a", fileContent=b"1")
    return cloud


def branches(cloud: TestCloud) -> list[str]:
    return list(cloud.client("codecommit").list_branches(repositoryName="shop")["branches"])


def test_a_push_that_breaks_off_changes_nothing_and_leaves_nothing(shop: TestCloud, tmp_path: Path) -> None:
    body = push_request(tmp_path / "work", 2_000_000)
    connection = connect(shop, RECEIVE, body[:1_000_000], Content_Length=str(len(body)))
    eventually(lambda: git_processes(shop), what="git's work on the half of the push")
    connection.close()
    eventually(lambda: not git_processes(shop), what="the end of git after the client left")
    assert branches(shop) == ["main"]
    assert not list((shop.home / "cloud" / "codecommit" / shop.account).rglob("*incoming*"))
    assert "unpack ok" in answer(connect(shop, RECEIVE, body))
    assert branches(shop) == ["main", "side"]


def test_a_clone_that_nobody_waits_for_ends(shop: TestCloud, tmp_path: Path) -> None:
    assert "unpack ok" in answer(connect(shop, RECEIVE, push_request(tmp_path / "work", 20_000_000)))
    tip = shop.client("codecommit").get_branch(repositoryName="shop", branchName="side")["branch"]["commitId"]
    want = f"want {tip} no-progress\n"
    wanted = f"{len(want) + 4:04x}{want}00000009done\n".encode()
    connection = connect(shop, f"POST {REPOSITORY}/git-upload-pack", wanted)
    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    connection.close()
    eventually(lambda: not git_processes(shop), what="the end of git after the client left")


def test_a_compressed_push_is_taken(shop: TestCloud, tmp_path: Path) -> None:
    body = gzip.compress(push_request(tmp_path / "work", 1000))
    assert "unpack ok" in answer(connect(shop, RECEIVE, body, Content_Encoding="gzip"))
    assert branches(shop) == ["main", "side"]


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
def test_garbage_changes_nothing_and_harms_nobody(shop: TestCloud, headers: dict[str, str]) -> None:
    answer(connect(shop, RECEIVE, b"garbage" * 100_000, **headers))
    eventually(lambda: not git_processes(shop), what="the end of git after garbage")
    assert branches(shop) == ["main"]


@pytest.mark.parametrize(
    ("password", "path", "status"),
    [("wrong", REPOSITORY, 401), (None, REPOSITORY.replace("shop", "none"), 404)],
)
def test_a_refusal_is_readable_although_the_client_is_still_sending(
    shop: TestCloud, password: str | None, path: str, status: int
) -> None:
    told = answer(connect(shop, f"POST {path}/git-receive-pack", b"x" * 8_000_000, password=password))
    assert told.startswith(f"HTTP/1.1 {status} ")
    assert told.rstrip().endswith(".")


def test_a_client_that_asks_first_is_refused_before_it_sends(shop: TestCloud) -> None:
    waiting = connect(shop, RECEIVE, b"", password="wrong", Expect="100-continue", Content_Length="8000000")
    assert answer(waiting).startswith("HTTP/1.1 401 ")


@pytest.mark.parametrize("password", ["geheim-ä", "99999999T999999Z" + "a" * 64, "20200101T000000Z" + "a" * 64])
def test_no_password_is_too_odd_to_be_refused(shop: TestCloud, password: str) -> None:
    request = f"GET {REPOSITORY}/info/refs?service=git-upload-pack"
    assert answer(connect(shop, request, b"", password=password)).startswith("HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (f"GET {REPOSITORY}/git-receive-pack", 405),
        (f"POST {REPOSITORY}/info/refs?service=git-upload-pack", 405),
        (f"GET {REPOSITORY}/info/refs", 403),
        (f"GET {REPOSITORY}/objects/info/packs", 404),
        ("GET /git/us-east-1.amazonaws.com/v1/repos/..%2fshop/info/refs?service=git-upload-pack", 404),
    ],
)
def test_what_git_does_not_ask_is_refused_with_a_sentence(shop: TestCloud, request_: str, status: int) -> None:
    told = answer(connect(shop, request_, b""))
    assert told.startswith(f"HTTP/1.1 {status} ")
    assert told.rstrip().endswith(".")


def test_both_versions_of_the_protocol_are_spoken(shop: TestCloud, tmp_path: Path) -> None:
    tip = shop.client("codecommit").get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"]
    for version in ("0", "1", "2"):
        command = ["git", "-c", f"protocol.version={version}", "ls-remote", f"{shop.endpoint}{REPOSITORY}", "main"]
        done = subprocess.run(
            command, env={**shop.environ(), "GIT_TRACE_PACKET": "1"}, cwd=tmp_path, capture_output=True, text=True,
            timeout=60, check=True,
        )  # fmt: skip
        assert done.stdout.split() == [tip, "refs/heads/main"]
        assert ("git< version 2" in done.stderr) is (version == "2")
