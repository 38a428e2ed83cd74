"""CodeCommit through boto3."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.support import TestCloud

BINARY = bytes(range(256)) * 4


@pytest.fixture
def codecommit(cloud: TestCloud) -> Any:
    client = cloud.client("codecommit")
    client.create_repository(repositoryName="shop", repositoryDescription="a shop", tags={"lab": "pipeline"})
    return client


def commit(client: Any, files: dict[str, bytes], parent: str | None = None, branch: str = "main", **more: Any) -> str:
    puts = [{"filePath": path, "fileContent": content} for path, content in files.items()]
    optional = {"parentCommitId": parent} if parent else {}
    made = client.create_commit(repositoryName="shop", branchName=branch, putFiles=puts, **optional, **more)
    return str(made["commitId"])


def code_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_a_repository_is_described_as_it_was_made(codecommit: Any, cloud: TestCloud) -> None:
    found = codecommit.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert found["Arn"] == f"arn:aws:codecommit:{cloud.region}:{cloud.account}:shop"
    assert found["repositoryDescription"] == "a shop"
    assert "defaultBranch" not in found
    assert codecommit.list_tags_for_resource(resourceArn=found["Arn"])["tags"] == {"lab": "pipeline"}


@pytest.mark.parametrize(
    ("call", "arguments", "code"),
    [
        ("create_repository", {"repositoryName": "shop"}, "RepositoryNameExistsException"),
        ("create_repository", {"repositoryName": "sh op"}, "InvalidRepositoryNameException"),
        ("create_repository", {"repositoryName": "shop.git"}, "InvalidRepositoryNameException"),
        ("get_repository", {"repositoryName": "none"}, "RepositoryDoesNotExistException"),
        ("get_branch", {"repositoryName": "shop", "branchName": "none"}, "BranchDoesNotExistException"),
        ("get_commit", {"repositoryName": "shop", "commitId": "0" * 40}, "CommitIdDoesNotExistException"),
        ("get_file", {"repositoryName": "shop", "filePath": "a"}, "CommitDoesNotExistException"),
        ("create_commit", {"repositoryName": "shop", "branchName": "main"}, "FileEntryRequiredException"),
    ],
)
def test_refusals_have_awss_codes(codecommit: Any, call: str, arguments: dict[str, Any], code: str) -> None:
    assert code_of(getattr(codecommit, call), **arguments) == code


def test_what_is_committed_can_be_read_back_byte_for_byte(codecommit: Any) -> None:
    id_ = commit(codecommit, {"src/a.bin": BINARY, "ü.txt": b"\xff\xfe"}, commitMessage="first", authorName="Ada")
    found = codecommit.get_file(repositoryName="shop", filePath="src/a.bin")
    assert (found["commitId"], found["fileContent"], found["fileSize"]) == (id_, BINARY, len(BINARY))
    assert codecommit.get_file(repositoryName="shop", filePath="ü.txt")["fileContent"] == b"\xff\xfe"
    described = codecommit.get_commit(repositoryName="shop", commitId=id_)["commit"]
    assert (described["message"].strip(), described["author"]["name"], described["parents"]) == ("first", "Ada", [])
    assert codecommit.get_repository(repositoryName="shop")["repositoryMetadata"]["defaultBranch"] == "main"


def test_a_folder_lists_folders_files_and_links(codecommit: Any) -> None:
    commit(codecommit, {"src/deep/a": b"1", "src/b": b"2", "c": b"3"})
    top = codecommit.get_folder(repositoryName="shop", folderPath="/")
    assert [folder["absolutePath"] for folder in top["subFolders"]] == ["src"]
    inner = codecommit.get_folder(repositoryName="shop", folderPath="src")
    assert [(file["absolutePath"], file["relativePath"]) for file in inner["files"]] == [("src/b", "b")]
    assert code_of(codecommit.get_folder, repositoryName="shop", folderPath="none") == "FolderDoesNotExistException"


def test_the_tip_has_to_be_named_and_be_the_tip(codecommit: Any) -> None:
    first = commit(codecommit, {"a": b"1"})
    second = commit(codecommit, {"a": b"2"}, first)
    puts = [{"filePath": "a", "fileContent": b"3"}]
    arguments = {"repositoryName": "shop", "branchName": "main", "putFiles": puts}
    assert code_of(codecommit.create_commit, **arguments) == "ParentCommitIdRequiredException"
    assert code_of(codecommit.create_commit, **arguments, parentCommitId=first) == "ParentCommitIdOutdatedException"
    assert (
        code_of(codecommit.create_commit, **arguments, parentCommitId="f" * 40) == "ParentCommitDoesNotExistException"
    )
    assert codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"] == second


def test_of_many_writers_with_one_parent_one_wins(codecommit: Any, cloud: TestCloud) -> None:
    parent = commit(codecommit, {"a": b"0"})
    outcomes: list[str] = []

    def write(number: int) -> None:
        try:
            cloud.client("codecommit").put_file(
                repositoryName="shop", branchName="main", filePath="a", fileContent=str(number).encode(),
                parentCommitId=parent,
            )  # fmt: skip
            outcomes.append("won")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["ParentCommitIdOutdatedException"] * 7 + ["won"]


def test_commits_say_what_they_added_changed_and_removed(codecommit: Any) -> None:
    first = commit(codecommit, {"kept": b"1", "changed": b"1", "removed": b"1"})
    made = codecommit.create_commit(
        repositoryName="shop", branchName="main", parentCommitId=first,
        putFiles=[{"filePath": "changed", "fileContent": b"2"}, {"filePath": "added", "fileContent": b"1"}],
        deleteFiles=[{"filePath": "removed"}], setFileModes=[{"filePath": "kept", "fileMode": "EXECUTABLE"}],
    )  # fmt: skip
    paths = {
        key: [file["absolutePath"] for file in made[key]] for key in ("filesAdded", "filesUpdated", "filesDeleted")
    }
    assert paths == {"filesAdded": ["added"], "filesUpdated": ["changed", "kept"], "filesDeleted": ["removed"]}
    differences = codecommit.get_differences(
        repositoryName="shop", beforeCommitSpecifier=first, afterCommitSpecifier="main"
    )["differences"]
    assert sorted(change["changeType"] for change in differences) == ["A", "D", "M", "M"]
    assert codecommit.get_file(repositoryName="shop", filePath="kept")["fileMode"] == "EXECUTABLE"


def test_a_file_moves_with_its_content(codecommit: Any) -> None:
    first = commit(codecommit, {"old": BINARY})
    entry = {"filePath": "new/name", "sourceFile": {"filePath": "old", "isMove": True}}
    codecommit.create_commit(repositoryName="shop", branchName="main", parentCommitId=first, putFiles=[entry])
    assert codecommit.get_file(repositoryName="shop", filePath="new/name")["fileContent"] == BINARY
    assert code_of(codecommit.get_file, repositoryName="shop", filePath="old") == "FileDoesNotExistException"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a": b"1"}, "NoChangeException"),
        ({"a/b": b"1"}, "DirectoryNameConflictsWithFileNameException"),
        ({"folder": b"1"}, "FileNameConflictsWithDirectoryNameException"),
        ({"../a": b"1"}, "InvalidPathException"),
        ({".git/config": b"1"}, "InvalidPathException"),
    ],
)
def test_commits_that_make_no_sense_change_nothing(codecommit: Any, files: dict[str, bytes], code: str) -> None:
    parent = commit(codecommit, {"a": b"1", "folder/b": b"1"})
    puts = [{"filePath": path, "fileContent": content} for path, content in files.items()]
    arguments = {"repositoryName": "shop", "branchName": "main", "parentCommitId": parent, "putFiles": puts}
    assert code_of(codecommit.create_commit, **arguments) == code
    assert codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]["commitId"] == parent


def test_a_file_over_the_apis_limit_is_refused_with_what_to_do(codecommit: Any) -> None:
    big = os.urandom(6 * 1024 * 1024 + 1)
    with pytest.raises(ClientError, match="Push it with git instead") as caught:
        commit(codecommit, {"big": big})
    assert caught.value.response["Error"]["Code"] == "FileContentSizeLimitExceededException"


def test_put_and_delete_file(codecommit: Any) -> None:
    first = commit(codecommit, {"a": b"1"})
    arguments = {"repositoryName": "shop", "branchName": "main", "filePath": "a"}
    put = codecommit.put_file(**arguments, fileContent=b"2", parentCommitId=first)
    same = {**arguments, "fileContent": b"2", "parentCommitId": put["commitId"]}
    assert code_of(codecommit.put_file, **same) == "SameFileContentException"
    gone = codecommit.delete_file(**arguments, parentCommitId=put["commitId"])
    assert gone["filePath"] == "a"
    assert code_of(codecommit.get_file, repositoryName="shop", filePath="a") == "FileDoesNotExistException"


def test_branches(codecommit: Any) -> None:
    id_ = commit(codecommit, {"a": b"1"})
    codecommit.create_branch(repositoryName="shop", branchName="feature/x", commitId=id_)
    assert codecommit.list_branches(repositoryName="shop")["branches"] == ["feature/x", "main"]
    again = {"repositoryName": "shop", "branchName": "feature/x", "commitId": id_}
    assert code_of(codecommit.create_branch, **again) == "BranchNameExistsException"
    default = {"repositoryName": "shop", "branchName": "main"}
    assert code_of(codecommit.delete_branch, **default) == "DefaultBranchCannotBeDeletedException"
    codecommit.update_default_branch(repositoryName="shop", defaultBranchName="feature/x")
    assert codecommit.delete_branch(**default)["deletedBranch"] == {"branchName": "main", "commitId": id_}


def test_repositories_are_renamed_and_deleted(codecommit: Any) -> None:
    commit(codecommit, {"a": b"1"})
    codecommit.update_repository_name(oldName="shop", newName="store")
    assert codecommit.get_file(repositoryName="store", filePath="a")["fileContent"] == b"1"
    assert codecommit.delete_repository(repositoryName="store")["repositoryId"]
    assert "repositoryId" not in codecommit.delete_repository(repositoryName="store")


def test_lists_are_paged_and_a_made_up_token_is_refused(codecommit: Any) -> None:
    first = commit(codecommit, {str(number): b"1" for number in range(5)})
    pages = codecommit.get_paginator("get_differences").paginate(
        repositoryName="shop", afterCommitSpecifier=first, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["differences"]) for page in pages] == [2, 2, 1]
    assert code_of(codecommit.list_repositories, nextToken="made-up") == "InvalidContinuationTokenException"
