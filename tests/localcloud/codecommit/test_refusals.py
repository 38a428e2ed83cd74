"""What CodeCommit's API refuses, each with AWS's code, and the odd names it takes."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud

MIB = 1024 * 1024


@pytest.fixture
def codecommit(cloud: TestCloud) -> Any:
    client = cloud.client("codecommit", retries={"max_attempts": 0})
    client.create_repository(repositoryName="shop")
    client.put_file(repositoryName="shop", branchName="main", filePath="dir/a", fileContent=b"1")
    return client


def tip(client: Any) -> str:
    return str(client.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"])


def put(client: Any, path: str, content: bytes = b"2", **more: Any) -> Any:
    arguments = {"branchName": "main", "parentCommitId": tip(client), **more}
    return client.put_file(repositoryName="shop", filePath=path, fileContent=content, **arguments)


def code_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Message"]
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("call", "arguments", "code"),
    [
        ("get_file", {"filePath": "a\0b"}, "InvalidPathException"),
        ("get_file", {"filePath": "../a"}, "InvalidPathException"),
        ("get_file", {"filePath": ":(top)none"}, "FileDoesNotExistException"),
        ("get_file", {"filePath": "*"}, "FileDoesNotExistException"),
        ("get_file", {"filePath": "dir"}, "FileDoesNotExistException"),
        ("get_file", {"filePath": "a", "commitSpecifier": "a\0b"}, "CommitDoesNotExistException"),
        ("get_file", {"filePath": "dir/a", "commitSpecifier": "main~0"}, "CommitDoesNotExistException"),
        ("get_folder", {"folderPath": "../dir"}, "InvalidPathException"),
        ("get_folder", {"folderPath": "dir/a"}, "FolderDoesNotExistException"),
        ("get_blob", {"blobId": "HEAD:dir/a"}, "InvalidBlobIdException"),
        ("get_blob", {"blobId": "--batch"}, "InvalidBlobIdException"),
        ("get_blob", {"blobId": "1" * 40}, "BlobIdDoesNotExistException"),
        ("get_commit", {"commitId": "abc"}, "InvalidCommitIdException"),
        ("get_branch", {"branchName": "a..b"}, "InvalidBranchNameException"),
        ("delete_branch", {"branchName": "a b"}, "InvalidBranchNameException"),
        ("update_default_branch", {"defaultBranchName": "none"}, "BranchDoesNotExistException"),
        ("batch_get_commits", {"commitIds": ["1" * 40] * 101}, "CommitIdsLimitExceededException"),
        ("get_differences", {"afterCommitSpecifier": "main", "afterPath": "none"}, "PathDoesNotExistException"),
        ("get_differences", {"afterCommitSpecifier": "main", "MaxResults": 0}, "InvalidMaxResultsException"),
    ],
)
def test_reads_that_make_no_sense_have_awss_codes(
    codecommit: Any, call: str, arguments: dict[str, Any], code: str
) -> None:
    assert code_of(getattr(codecommit, call), repositoryName="shop", **arguments) == code


@pytest.mark.parametrize(
    ("path", "more", "code"),
    [
        ("a\0b", {}, "InvalidPathException"),
        ("a/../b", {}, "InvalidPathException"),
        ("git~1/config", {}, "InvalidPathException"),
        ("dir/.GIT/config", {}, "InvalidPathException"),
        ("b", {"branchName": "none"}, "BranchDoesNotExistException"),
        ("b", {"parentCommitId": "main"}, "InvalidParentCommitIdException"),
        ("b", {"name": "."}, "ValidationException"),
        ("b", {"name": "a\0b"}, "ValidationException"),
        ("b", {"commitMessage": "a\0b"}, "ValidationException"),
    ],
)
def test_writes_that_make_no_sense_have_awss_codes_and_change_nothing(
    codecommit: Any, path: str, more: dict[str, Any], code: str
) -> None:
    before = tip(codecommit)
    assert code_of(put, client=codecommit, path=path, **more) == code
    assert tip(codecommit) == before


@pytest.mark.parametrize("path", [":x", "*", "[a]", "-n", " a ", 'q"uote', "ta\tb", "new\nline", "日本語/ファイル"])
def test_odd_paths_are_paths(codecommit: Any, path: str) -> None:
    made = put(codecommit, path, b"odd")
    found = codecommit.get_file(repositoryName="shop", filePath=path)
    assert (found["filePath"], found["fileContent"], found["blobId"]) == (path, b"odd", made["blobId"])
    changed = codecommit.get_differences(repositoryName="shop", afterCommitSpecifier="main", afterPath=path)
    assert [change["afterBlob"]["path"] for change in changed["differences"]] == [path]


def test_a_branch_beside_one_that_is_its_folder_is_refused(codecommit: Any) -> None:
    arguments = {"repositoryName": "shop", "commitId": tip(codecommit)}
    assert code_of(codecommit.create_branch, branchName="main/x", **arguments) == "InvalidBranchNameException"


def test_of_many_who_make_one_branch_one_succeeds(codecommit: Any, cloud: TestCloud) -> None:
    outcomes: list[str] = []
    commit = tip(codecommit)

    def make() -> None:
        try:
            codecommit.create_branch(repositoryName="shop", branchName="side", commitId=commit)
            outcomes.append("made")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["BranchNameExistsException"] * 5 + ["made"]


def test_content_of_just_the_limit_is_taken_and_more_is_refused(codecommit: Any) -> None:
    made = put(codecommit, "big", b"x" * 6 * MIB)
    assert codecommit.get_blob(repositoryName="shop", blobId=made["blobId"])["content"] == b"x" * 6 * MIB
    too_big = {"client": codecommit, "path": "bigger", "content": b"x" * (6 * MIB + 1)}
    assert code_of(put, **too_big) == "FileContentSizeLimitExceededException"


def test_a_folder_that_loses_its_last_file_goes_or_is_kept_as_asked(codecommit: Any) -> None:
    arguments = {"repositoryName": "shop", "branchName": "main"}
    first = put(codecommit, "gone/only")["commitId"]
    second = codecommit.delete_file(**arguments, filePath="gone/only", parentCommitId=first)["commitId"]
    codecommit.delete_file(**arguments, filePath="dir/a", parentCommitId=second, keepEmptyFolders=True)
    top = codecommit.get_folder(repositoryName="shop", folderPath="/")
    assert [folder["relativePath"] for folder in top["subFolders"]] == ["dir"]
    kept = codecommit.get_folder(repositoryName="shop", folderPath="dir")
    assert [file["relativePath"] for file in kept["files"]] == [".gitkeep"]


def test_differences_of_a_folder_tell_what_came_changed_and_went(codecommit: Any) -> None:
    put(codecommit, "dir/changed", b"1")
    before = put(codecommit, "elsewhere", b"1")["commitId"]
    codecommit.create_commit(
        repositoryName="shop", branchName="main", parentCommitId=before, deleteFiles=[{"filePath": "dir/a"}],
        putFiles=[{"filePath": path, "fileContent": b"2"} for path in ("dir/new", "dir/changed", "elsewhere")],
    )  # fmt: skip
    found = codecommit.get_differences(
        repositoryName="shop", beforeCommitSpecifier=before, afterCommitSpecifier="main", beforePath="dir",
        afterPath="dir",
    )["differences"]  # fmt: skip
    assert [change["changeType"] for change in found] == ["D", "M", "A"]


def test_tags_keep_to_awss_rules(codecommit: Any, cloud: TestCloud) -> None:
    arn = codecommit.get_repository(repositoryName="shop")["repositoryMetadata"]["Arn"]
    codecommit.tag_resource(resourceArn=arn, tags={"lab": "a", "owner": "b"})
    codecommit.untag_resource(resourceArn=arn, tagKeys=["lab"])
    assert codecommit.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "b"}
    many = {f"key{number}": "value" for number in range(50)}
    assert code_of(codecommit.tag_resource, resourceArn=arn, tags=many) == "TooManyTagsException"
    of_aws = {"resourceArn": arn, "tags": {"aws:x": "y"}}
    assert code_of(codecommit.tag_resource, **of_aws) == "InvalidSystemTagUsageException"
    assert code_of(codecommit.tag_resource, resourceArn="shop", tags={"a": "b"}) == "InvalidResourceArnException"
    assert codecommit.list_tags_for_resource(resourceArn=arn)["tags"] == {"owner": "b"}


def test_lists_are_sorted_and_batches_say_what_is_missing(codecommit: Any) -> None:
    for name in ("b", "a"):
        codecommit.create_repository(repositoryName=name)
    down = codecommit.list_repositories(sortBy="repositoryName", order="descending")["repositories"]
    assert [repository["repositoryName"] for repository in down] == ["shop", "b", "a"]
    by_date = codecommit.list_repositories(sortBy="lastModifiedDate", order="ascending")["repositories"]
    assert [repository["repositoryName"] for repository in by_date] == ["shop", "b", "a"]
    found = codecommit.batch_get_repositories(repositoryNames=["a", "none"])
    assert [repository["repositoryName"] for repository in found["repositories"]] == ["a"]
    assert found["repositoriesNotFound"] == ["none"]
    many = {"repositoryNames": ["a"] * 101}
    assert code_of(codecommit.batch_get_repositories, **many) == "MaximumRepositoryNamesExceededException"
    codecommit.update_repository_description(repositoryName="a", repositoryDescription="first")
    assert codecommit.get_repository(repositoryName="a")["repositoryMetadata"]["repositoryDescription"] == "first"
    wanted = [tip(codecommit), "1" * 40]
    commits = codecommit.batch_get_commits(repositoryName="shop", commitIds=wanted)
    assert [commit["commitId"] for commit in commits["commits"]] == wanted[:1]
    assert [error["commitId"] for error in commits["errors"]] == wanted[1:]


def test_repositories_whose_names_differ_in_case_share_no_folder(codecommit: Any, cloud: TestCloud) -> None:
    codecommit.create_repository(repositoryName="SHOP")
    folders = [path.name.lower() for path in repositories_on_disk(cloud)]
    assert len(set(folders)) == 2
    codecommit.delete_repository(repositoryName="SHOP")
    assert codecommit.get_file(repositoryName="shop", filePath="dir/a")["fileContent"] == b"1"
    assert len(repositories_on_disk(cloud)) == 1


def test_a_new_name_moves_nothing_on_disk_so_that_no_crash_comes_between(codecommit: Any, cloud: TestCloud) -> None:
    before = repositories_on_disk(cloud)
    codecommit.update_repository_name(oldName="shop", newName="store")
    assert repositories_on_disk(cloud) == before
    codecommit.create_repository(repositoryName="shop")
    assert codecommit.get_file(repositoryName="store", filePath="dir/a")["fileContent"] == b"1"


def repositories_on_disk(cloud: TestCloud) -> list[Path]:
    return sorted((cloud.home / "cloud" / "codecommit" / cloud.account).glob("*/*"))
