"""Which files make an artifact, under which names, and what reaches S3."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers.localcloud.codebuild.artifacts import ArtifactError, collect, pack
from helpers.localcloud.codebuild.buildspec import Artifacts
from tests.localcloud.codebuild.bench import Bench, commands, phases, reason
from tests.localcloud.support import TestCloud

ONE, TWO, THREE = "my-build-1/my-file-1.txt", "my-build-2/my-file-2.txt", "my-build-2/my-subdirectory/my-file-3.txt"

# The tree and its first two rows are AWS's own (build-spec-ref, base-directory); the others follow from its text.
VECTORS: list[tuple[dict[str, Any], set[str]]] = [
    ({"files": ["*/my-file-3.txt"], "base_directory": "my-build-2"}, {"my-subdirectory/my-file-3.txt"}),
    (
        {"files": ["**/*"], "base_directory": "my-build*", "discard_paths": True},
        {"my-file-1.txt", "my-file-2.txt", "my-file-3.txt"},
    ),
    (
        {"files": ["**/*"], "base_directory": "my-build*"},
        {"my-file-1.txt", "my-file-2.txt", "my-subdirectory/my-file-3.txt"},
    ),
    ({"files": ["**/*"]}, {ONE, TWO, THREE}),
    ({"files": ["**"]}, {ONE, TWO, THREE}),
    ({"files": ["my-build-2/*"]}, {TWO}),
    ({"files": ["my-build-2/**/*"]}, {TWO, THREE}),
    ({"files": ["my-build-2/**"]}, {TWO, THREE}),
    ({"files": [f"./{ONE}", ONE]}, {ONE}),
    ({"files": ["**/my-file-[13].txt"], "discard_paths": True}, {"my-file-1.txt", "my-file-3.txt"}),
    ({"files": ["**/*"], "exclude": ["**/my-file-3.txt"]}, {ONE, TWO}),
    ({"files": ["**/*"], "base_directory": "./my-build-2/", "exclude": ["my-subdirectory/**/*"]}, {"my-file-2.txt"}),
    ({"files": ["**/*"], "base_directory": "."}, {ONE, TWO, THREE}),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """AWS's example tree, and a repository's own folder that belongs to no artifact."""
    for name in (ONE, TWO, THREE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("x")
    return tmp_path


@pytest.mark.parametrize(("wanted", "names"), VECTORS)
def test_the_files_of_an_artifact(tree: Path, wanted: dict[str, Any], names: set[str]) -> None:
    found = collect(tree, Artifacts(**wanted))
    assert set(found) == names
    assert list(found) == sorted(found)
    assert all(found[name].read_text().endswith(name) for name in found)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"files": ["none/*"]}, "no matching artifact paths found"),
        ({"files": ["my-build-2"]}, "no matching artifact paths found"),
        ({"files": ["**/*"], "exclude": ["**/*"]}, "no matching artifact paths found"),
        ({"files": ["*"], "base_directory": "none*"}, "no matching base directory"),
        ({"files": ["../*"]}, "leads out"),
        ({"files": ["*"], "base_directory": "../"}, "leads out"),
        ({"files": ["a**b"]}, "no matching artifact paths found|no pattern"),
    ],
)
def test_an_artifact_that_cannot_be_made(tree: Path, wanted: dict[str, Any], problem: str) -> None:
    with pytest.raises(ArtifactError, match=problem):
        collect(tree, Artifacts(**wanted))


def test_two_files_of_one_name_are_refused(tree: Path) -> None:
    (tree / "my-build-1" / "my-file-2.txt").write_text("another")
    for wanted in ({"discard_paths": True}, {"base_directory": "my-build*"}):
        with pytest.raises(ArtifactError, match=r"both be called my-file-2\.txt"):
            collect(tree, Artifacts(["**/*"], **wanted))


def test_equal_files_make_equal_zips(tree: Path) -> None:
    files = collect(tree, Artifacts(["**/*"]))
    (tree / ONE).chmod(0o755)
    pack(files, tree / "a.zip")
    for path in files.values():
        path.touch()
        path.chmod(0o664 if path != tree / ONE else 0o775)
    pack(dict(files), tree / "b.zip")
    assert (tree / "a.zip").read_bytes() == (tree / "b.zip").read_bytes()
    with zipfile.ZipFile(tree / "a.zip") as archive:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes == {ONE: 0o755, TWO: 0o644, THREE: 0o644}


MAKE = """
    version: 0.2
    phases:
      build:
        commands: mkdir -p dist/sub && echo one > dist/a.txt && echo two > dist/sub/b.txt && printf x > dist/.hidden
    artifacts:
      base-directory: dist
      files: ['**/*']
"""


def test_a_zip_reaches_s3_with_the_digest_that_the_build_names(bench: Bench) -> None:
    builds = [bench.run(MAKE, artifactsOverride=bench.artifacts(namespaceType="BUILD_ID", path="p")) for _ in range(2)]
    digests = set()
    for build in builds:
        key = f"p/{build['id'].partition(':')[2]}/out.zip"
        assert build["artifacts"]["location"] == f"arn:aws:s3:::{bench.bucket}/{key}"
        body = bench.body(key)
        assert build["artifacts"]["sha256sum"] == hashlib.sha256(body).hexdigest()
        assert build["artifacts"]["md5sum"] == hashlib.md5(body).hexdigest()
        digests.add(build["artifacts"]["sha256sum"])
        assert bench.unzipped(key) == {"a.txt": b"one\n", "sub/b.txt": b"two\n", ".hidden": b"x"}
    assert len(digests) == 1, "equal content must give equal bytes"


def test_files_go_to_s3_one_by_one_without_packaging(bench: Bench) -> None:
    build = bench.run(MAKE, artifactsOverride=bench.artifacts(packaging="NONE", path="site", name="/"))
    listed = bench.s3.list_objects_v2(Bucket=bench.bucket)["Contents"]
    assert [item["Key"] for item in listed] == ["site/.hidden", "site/a.txt", "site/sub/b.txt"]
    assert build["artifacts"]["location"] == f"arn:aws:s3:::{bench.bucket}/site"


def test_an_artifacts_name_may_be_made_by_the_shell(bench: Bench) -> None:
    named = MAKE + "      name: app-$CODEBUILD_BUILD_NUMBER-$(echo x).zip\n"
    bench.run(named, artifactsOverride=bench.artifacts(overrideArtifactName=True))
    assert set(bench.unzipped("app-1-x.zip")) == {"a.txt", "sub/b.txt", ".hidden"}


def test_secondary_artifacts_go_where_the_project_says(bench: Bench) -> None:
    build = bench.run(
        MAKE + "      secondary-artifacts:\n        docs: {files: [dist/a.txt], discard-paths: yes}\n",
        artifactsOverride=bench.artifacts(),
        secondaryArtifactsOverride=[bench.artifacts(artifactIdentifier="docs", name="docs.zip")],
    )
    assert bench.unzipped("docs.zip") == {"a.txt": b"one\n"}
    (second,) = build["secondaryArtifacts"]
    assert second["artifactIdentifier"] == "docs"
    assert second["sha256sum"] == hashlib.sha256(bench.body("docs.zip")).hexdigest()


@pytest.mark.parametrize(
    ("artifacts", "bucket", "problem"),
    [
        ("artifacts: {files: ['none/*']}", "", "no matching artifact paths found"),
        ("artifacts: {files: ['**/x'], discard-paths: yes}", "", "both be called x"),
        ("artifacts: {files: ['**/x']}", "no-such-bucket-here", "no-such-bucket-here"),
        ("", "", "does not declare"),
    ],
)
def test_a_failed_upload_fails_the_build(bench: Bench, artifacts: str, bucket: str, problem: str) -> None:
    made = "version: 0.2\nphases: {build: {commands: mkdir a b && touch a/x b/x}}\n" + artifacts
    target = bench.artifacts(**({"location": bucket} if bucket else {}))
    build = bench.run(made, artifactsOverride=target)
    assert build["buildStatus"] == "FAILED"
    assert reason(build)[:2] == ("UPLOAD_ARTIFACTS", "CLIENT_ERROR")
    assert problem in reason(build)[2]
    assert phases(build)["POST_BUILD"] == "SUCCEEDED"


def test_a_failed_build_still_uploads(bench: Bench) -> None:
    made = "version: 0.2\nphases: {build: {commands: [echo log > x, exit 1]}}\nartifacts: {files: x}\n"
    build = bench.run(made, artifactsOverride=bench.artifacts())
    assert build["buildStatus"] == "FAILED"
    assert commands(build)["UPLOAD_ARTIFACTS"] == "SUCCEEDED"
    assert bench.unzipped() == {"x": b"log\n"}


def test_an_artifact_of_100_mb(cloud: TestCloud) -> None:
    bench = Bench(cloud)
    build = bench.run(
        "version: 0.2\nphases: {build: {commands: head -c 104857600 /dev/urandom > x && sha256sum x}}\n"
        "artifacts: {files: x}\n",
        artifactsOverride=bench.artifacts(),
    )
    assert build["buildStatus"] == "SUCCEEDED"
    body = bench.body("out.zip")
    assert build["artifacts"]["sha256sum"] == hashlib.sha256(body).hexdigest()
    assert bench.output(build)[0].split()[0] == hashlib.sha256(bench.unzipped()["x"]).hexdigest()
    bench.s3.delete_object(Bucket=bench.bucket, Key="out.zip")
