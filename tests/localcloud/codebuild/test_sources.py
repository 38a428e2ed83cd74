"""Where the source of a build comes from."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codebuild.bench import Bench, phases, reason, spec, zipped
from tests.localcloud.support import TestCloud

LIST = spec(build="find . -type f -not -path './.git/*' | sort")


@pytest.fixture
def repository(cloud: TestCloud) -> Any:
    """A CodeCommit repository with two commits on main and one on another branch; returns its client."""
    client = cloud.client("codecommit")
    client.create_repository(repositoryName="shop")
    first = client.create_commit(
        repositoryName="shop",
        branchName="main",
        putFiles=[
            {"filePath": "buildspec.yml", "fileContent": spec(build="cat version.txt").encode()},
            {"filePath": "version.txt", "fileContent": b"first\n"},
        ],
    )["commitId"]
    client.create_branch(repositoryName="shop", branchName="feature/x", commitId=first)
    for branch, content in (("main", b"second\n"), ("feature/x", b"feature\n")):
        client.create_commit(
            repositoryName="shop",
            branchName=branch,
            parentCommitId=first,
            putFiles=[{"filePath": "version.txt", "fileContent": content}],
        )
    client.first = first
    return client


def from_codecommit(cloud: TestCloud, **source: Any) -> Bench:
    url = f"https://git-codecommit.{cloud.region}.amazonaws.com/v1/repos/shop"
    return Bench(cloud, source={"type": "CODECOMMIT", "location": url, **source})


def tip(repository: Any, branch: str) -> str:
    return str(repository.get_branch(repositoryName="shop", branchName=branch)["branch"]["commitId"])


@pytest.mark.parametrize(
    ("version", "content", "branch"),
    [("", "second", "main"), ("main", "second", "main"), ("refs/heads/feature/x", "feature", "feature/x")],
)
def test_a_branch_of_codecommit(cloud: TestCloud, repository: Any, version: str, content: str, branch: str) -> None:
    bench = from_codecommit(cloud)
    build = bench.run(**({"sourceVersion": version} if version else {}))
    assert bench.output(build) == [content]
    assert build["resolvedSourceVersion"] == tip(repository, branch)


def test_a_commit_of_codecommit_is_built_again_by_a_retry(cloud: TestCloud, repository: Any) -> None:
    bench = from_codecommit(cloud)
    build = bench.run(sourceVersion=repository.first)
    assert bench.output(build) == ["first"]
    again = bench.finished(bench.client.retry_build(id=build["id"])["build"]["id"])
    assert again["id"] != build["id"]
    assert again["resolvedSourceVersion"] == repository.first


def test_the_clone_url_of_the_api_works_too(cloud: TestCloud, repository: Any) -> None:
    url = repository.get_repository(repositoryName="shop")["repositoryMetadata"]["cloneUrlHttp"]
    assert from_codecommit(cloud, location=url).run()["buildStatus"] == "SUCCEEDED"


@pytest.mark.parametrize("version", ["none", "0" * 40, "--orphan=x"])
def test_a_version_that_is_not_there_fails_the_download(cloud: TestCloud, repository: Any, version: str) -> None:
    build = from_codecommit(cloud).run(sourceVersion=version)
    assert build["buildStatus"] == "FAILED"
    assert reason(build)[:2] == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert phases(build)["FINALIZING"] == "SUCCEEDED"
    assert "INSTALL" not in phases(build)


def test_the_repository_of_another_account_is_out_of_reach(cloud: TestCloud, repository: Any, tmp_path: Path) -> None:
    other = TestCloud(cloud.home, f"{(int(cloud.account) + 1) % 10**12:012}")
    build = from_codecommit(other).run()
    assert reason(build)[0] == "DOWNLOAD_SOURCE"


def test_a_build_pushes_with_its_own_credentials(cloud: TestCloud, repository: Any, tmp_path: Path) -> None:
    bench = from_codecommit(cloud)
    push = ["git checkout -q -b made", "git -c user.name=b -c user.email=b@x commit -q --allow-empty -m made"]
    build = bench.run(spec(build=[*push, "git push -q origin made"]))
    assert build["buildStatus"] == "SUCCEEDED", bench.log(build)
    log = ["git", "log", "-1", "--format=%s", "origin/made"]
    url = f"https://git-codecommit.{cloud.region}.amazonaws.com/v1/repos/shop"
    subprocess.run(["git", "clone", "-q", url, "."], cwd=tmp_path, env=cloud.environ(), check=True, timeout=60)
    done = subprocess.run(log, cwd=tmp_path, env=cloud.environ(), check=True, timeout=60, capture_output=True)
    assert done.stdout == b"made\n"


@pytest.mark.parametrize("path", ["ci/build.yml", None])
def test_the_buildspec_is_read_from_the_source(cloud: TestCloud, path: str | None) -> None:
    bench = Bench(cloud)
    files: dict[str, str | bytes] = {path or "buildspec.yml": spec(build="echo from the source")}
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped(files))
    source = {"type": "S3", "location": f"{bench.bucket}/s.zip", **({"buildspec": path} if path else {})}
    bench.client.update_project(name=bench.name, source=source)
    assert bench.output(bench.run()) == ["from the source"]


@pytest.mark.parametrize("path", ["buildspec.yml", "ci/none.yml", "../buildspec.yml", "/etc/hostname"])
def test_a_buildspec_that_is_not_in_the_source_fails_the_build_by_name(cloud: TestCloud, path: str) -> None:
    bench = Bench(cloud)
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped({"a": "b"}))
    source = {"type": "S3", "location": f"{bench.bucket}/s.zip", "buildspec": path}
    bench.client.update_project(name=bench.name, source=source)
    build = bench.run()
    assert build["buildStatus"] == "FAILED"
    assert reason(build)[:2] == ("DOWNLOAD_SOURCE", "YAML_FILE_ERROR")
    assert path in reason(build)[2]


def s3_build(bench: Bench, location: str, **overrides: Any) -> dict[str, Any]:
    return bench.run(LIST, sourceTypeOverride="S3", sourceLocationOverride=location, **overrides)


def test_a_zip_and_a_folder_of_s3(bench: Bench) -> None:
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped({"a.txt": "1", "b/c.txt": "2", "d/": ""}))
    for key in ("in/", "in/a.txt", "in/b/c.txt"):
        bench.s3.put_object(Bucket=bench.bucket, Key=key, Body=b"1")
    for location in (f"{bench.bucket}/s.zip", f"arn:aws:s3:::{bench.bucket}/s.zip", f"{bench.bucket}/in/"):
        build = s3_build(bench, location)
        assert bench.output(build) == ["./a.txt", "./b/c.txt"]
        retried = bench.finished(bench.client.retry_build(id=build["id"])["build"]["id"])
        assert retried["buildStatus"] == "SUCCEEDED"


def test_a_version_of_an_object(bench: Bench) -> None:
    bench.s3.put_bucket_versioning(Bucket=bench.bucket, VersioningConfiguration={"Status": "Enabled"})
    old = bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped({"old": "1"}))["VersionId"]
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped({"new": "1"}))
    assert bench.output(s3_build(bench, f"{bench.bucket}/s.zip")) == ["./new"]
    assert bench.output(s3_build(bench, f"{bench.bucket}/s.zip", sourceVersion=old)) == ["./old"]


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out-of-the-source.txt", "a/../../../out.txt"])
def test_a_zip_whose_paths_lead_out_is_refused(bench: Bench, name: str) -> None:
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=zipped({"fine": "1", name: "2"}))
    build = s3_build(bench, f"{bench.bucket}/s.zip")
    assert build["buildStatus"] == "FAILED"
    assert reason(build)[:2] == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert name in reason(build)[2]


@pytest.mark.parametrize(("key", "problem"), [("none.zip", "cannot be read"), ("none/", "nothing is there")])
def test_a_source_that_is_not_there(bench: Bench, key: str, problem: str) -> None:
    build = s3_build(bench, f"{bench.bucket}/{key}")
    assert reason(build)[:2] == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert problem in reason(build)[2]


@pytest.mark.parametrize("damage", ["text", "truncated", "flipped"])
def test_a_damaged_zip_is_refused(bench: Bench, damage: str) -> None:
    good = zipped({"a": bytes(range(256)) * 64})
    bad = {"text": b"no zip", "truncated": good[: len(good) // 2], "flipped": good[:500] + b"\xff\xfe" + good[502:]}
    bench.s3.put_object(Bucket=bench.bucket, Key="s.zip", Body=bad[damage])
    build = s3_build(bench, f"{bench.bucket}/s.zip")
    assert reason(build)[:2] == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert f"s3://{bench.bucket}/s.zip" in reason(build)[2]


def test_secondary_sources_have_folders_of_their_own(bench: Bench) -> None:
    bench.s3.put_object(Bucket=bench.bucket, Key="extra.zip", Body=zipped({"extra.txt": "extra\n"}))
    second = {"type": "S3", "location": f"{bench.bucket}/extra.zip", "sourceIdentifier": "extra"}
    build = bench.run(spec(build="cat $CODEBUILD_SRC_DIR_extra/extra.txt; ls"), secondarySourcesOverride=[second])
    assert bench.output(build) == ["extra"]


def pipeline_project(cloud: TestCloud) -> Bench:
    return Bench(
        cloud,
        source={"type": "CODEPIPELINE", "buildspec": LIST},
        artifacts={"type": "CODEPIPELINE"},
    )


def test_a_pipelines_project_cannot_be_started_by_hand(cloud: TestCloud) -> None:
    bench = pipeline_project(cloud)
    with pytest.raises(ClientError, match="pipeline") as caught:
        bench.start()
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert bench.client.list_builds()["ids"] == []


def test_a_pipeline_gives_source_and_place_of_artifacts(cloud: TestCloud) -> None:
    bench = pipeline_project(cloud)
    bench.s3.put_object(Bucket=bench.bucket, Key="in/abc", Body=zipped({"a.txt": "1"}))
    build = bench.run(
        json.dumps({**json.loads(LIST), "artifacts": {"files": ["a.txt"]}}),
        sourceTypeOverride="CODEPIPELINE",
        sourceLocationOverride=f"{bench.bucket}/in/abc",
        sourceVersion="the-pipelines-own-revision",
        artifactsOverride={"type": "CODEPIPELINE", "location": bench.bucket, "path": "out/def", "packaging": "ZIP"},
        environmentVariablesOverride=[{"name": "CODEBUILD_INITIATOR", "value": "codepipeline/shop"}],
    )
    assert bench.output(build) == ["./a.txt"]
    assert bench.unzipped("out/def") == {"a.txt": b"1"}
    assert build["initiator"] == "codepipeline/shop"
    assert build["resolvedSourceVersion"] == "the-pipelines-own-revision"
