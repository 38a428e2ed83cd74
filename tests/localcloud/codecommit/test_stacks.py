"""Repositories that stacks make hold code."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.localcloud.stacks import Document, Stack, att, ref, resource
from tests.localcloud.support import TestCloud

OUTPUTS = {
    "Id": ref("Code"),
    "Name": att("Code", "Name"),
    "Arn": att("Code", "Arn"),
    "CloneUrlHttp": att("Code", "CloneUrlHttp"),
}


def resources(name: str = "shop", **more: Any) -> Document:
    return {"Code": resource("CodeCommit::Repository", RepositoryName=name, **more)}


def zipped(cloud: TestCloud, content: bytes | None = None) -> Document:
    """Put a zip of two files into S3 and return the property Code."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("README.md", "# Shop\n")
        archive.writestr("src/app.py", "print(1)\n")
    bucket, s3 = f"code-{cloud.account}", cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=packed.getvalue() if content is None else content)
    return {"S3": {"Bucket": bucket, "Key": "code.zip"}}


def test_a_repository_is_made_with_code_renamed_and_deleted(cloud: TestCloud) -> None:
    client, stack = cloud.client("codecommit"), Stack(cloud)
    code = zipped(cloud)
    tags = [{"Key": "team", "Value": "shop"}]
    made = stack.create(resources(Code=code, RepositoryDescription="the shop", Tags=tags), outputs=OUTPUTS)
    found = client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert (made["Id"], made["Arn"], made["CloneUrlHttp"]) == (
        found["repositoryId"],
        found["Arn"],
        found["cloneUrlHttp"],
    )
    assert (found["defaultBranch"], found["repositoryDescription"]) == ("main", "the shop")
    file = client.get_file(repositoryName="shop", filePath="src/app.py")
    assert file["fileContent"] == b"print(1)\n"
    assert client.list_tags_for_resource(resourceArn=found["Arn"])["tags"] == {"team": "shop"}
    after = stack.update(resources("store", Code=code), outputs=OUTPUTS)
    assert (after["Id"], after["Name"]) == (made["Id"], "store")
    found = client.get_repository(repositoryName="store")["repositoryMetadata"]
    assert (found["repositoryId"], found.get("repositoryDescription")) == (made["Id"], None)
    assert client.list_tags_for_resource(resourceArn=found["Arn"])["tags"] == {}
    assert client.get_file(repositoryName="store", filePath="README.md")["fileContent"] == b"# Shop\n"
    stack.delete()
    assert client.list_repositories()["repositories"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Triggers": [{"Name": "x"}]}, "does not have Triggers of AWS::CodeCommit::Repository"),
        ({"Code": {"S3": {"Bucket": "b", "Key": "k", "Colour": "red"}}}, "Code.S3.Colour"),
        ({"Code": {"S3": {"Bucket": "nobodys-bucket", "Key": "k"}}}, "s3://nobodys-bucket/k"),
        ({"Code": {"BranchName": "main"}}, "needs S3 with Bucket and Key"),
    ],
)
def test_what_cannot_be_leaves_nothing(cloud: TestCloud, more: Document, said: str) -> None:
    stack = Stack(cloud)
    stack.create(resources(**more), "ROLLBACK_COMPLETE")
    assert any(said in reason for reason in stack.reasons()), stack.reasons()
    assert cloud.client("codecommit").list_repositories()["repositories"] == []


def test_a_zip_that_is_none_leaves_nothing(cloud: TestCloud) -> None:
    stack = Stack(cloud)
    stack.create(resources(Code=zipped(cloud, b"garbage")), "ROLLBACK_COMPLETE")
    assert any("is no zip" in reason for reason in stack.reasons()), stack.reasons()
    assert cloud.client("codecommit").list_repositories()["repositories"] == []


def test_a_repository_of_somebody_else_stays(cloud: TestCloud) -> None:
    client, stack = cloud.client("codecommit"), Stack(cloud)
    client.create_repository(repositoryName="shop")
    stack.create(resources(), "ROLLBACK_COMPLETE")
    assert any("already exists" in reason for reason in stack.reasons())
    assert [each["repositoryName"] for each in client.list_repositories()["repositories"]] == ["shop"]
