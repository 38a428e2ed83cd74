"""Collects a build's artifact and puts it into S3.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts-file-list
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import buildspec
from .model import Artifact

# Zip archives know no date before this one. A fixed date lets equal content give equal bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


class ArtifactError(RuntimeError):
    """The artifact cannot be made; the message says why."""


def collect(source: Path, spec: buildspec.Artifacts) -> dict[str, Path]:
    """Return the files of the artifact by their name in it. Raises ArtifactError if there is none, or two of a name."""
    found: dict[str, Path] = {}
    for base in _bases(source, spec.base_directory):
        excluded = {path for pattern in spec.exclude for path in _matching(base, pattern)}
        for pattern in spec.files:
            for path in _matching(base, pattern):
                if path not in excluded:
                    _add(found, path.name if spec.discard_paths else path.relative_to(base).as_posix(), path)
    if not found:
        where = f" in {spec.base_directory}" if spec.base_directory else ""
        raise ArtifactError(f"no matching artifact paths found: {', '.join(spec.files)}{where}")
    return dict(sorted(found.items()))


def _bases(source: Path, pattern: str) -> list[Path]:
    if not pattern or pattern == ".":
        return [source]
    bases = [path for path in _glob(source, pattern.removeprefix("./").strip("/")) if path.is_dir()]
    if not bases:
        raise ArtifactError(f"no matching base directory path found for {pattern}")
    return bases


def _matching(base: Path, pattern: str) -> Iterator[Path]:
    cleaned = pattern.removeprefix("./").strip("/") or "*"
    # CodeBuild's dir/**/* and **/* take files at any depth, also at none; Python before 3.13 takes ** for folders only.
    for path in _glob(base, f"{cleaned}/*" if cleaned.endswith("**") else cleaned):
        if path.is_file() and ".git" not in path.relative_to(base).parts:
            yield path


def _glob(base: Path, pattern: str) -> list[Path]:
    if ".." in Path(pattern).parts:
        raise ArtifactError(f"{pattern} leads out of the folder it starts from; an artifact holds files of the source")
    try:
        return sorted(base.glob(pattern))
    except ValueError as error:
        raise ArtifactError(f"{pattern} is no pattern of paths: {error}") from None


def _add(found: dict[str, Path], name: str, path: Path) -> None:
    if found.get(name, path) != path:
        raise ArtifactError(
            f"two files of the artifact would both be called {name}: {found[name]} and {path}. Without discard-paths"
            " they keep their folders."
        )
    found[name] = path


def pack(files: dict[str, Path], archive: Path) -> None:
    """Write `files` as a zip whose bytes depend on nothing but their names, modes and content."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as content:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as reading, content.open(entry, "w", force_zip64=False) as writing:
                while chunk := reading.read(1 << 20):
                    writing.write(chunk)


def upload(
    s3: Any, files: dict[str, Path], target: dict[str, Any], build_key: str, own_name: str, work: Path
) -> Artifact:
    """Put the artifact where `target` (a ProjectArtifacts) says; return its place and digests. Raises ArtifactError."""
    bucket = target["location"].removeprefix("arn:aws:s3:::")
    identifier = target.get("artifactIdentifier", "")
    try:
        if target["type"] == "CODEPIPELINE" or target.get("packaging") == "ZIP":
            return _upload_zip(s3, files, bucket, _key(target, build_key, own_name), identifier, work)
        prefix = _key({**target, "packaging": "NONE"}, build_key, own_name)
        for name, path in files.items():
            s3.upload_file(str(path), bucket, f"{prefix}/{name}".lstrip("/"))
    except (s3.exceptions.ClientError, OSError) as error:
        raise ArtifactError(f"the artifact cannot be put into s3://{bucket}: {error}") from None
    except Exception as error:  # boto3 wraps a failed upload_file in an exception of its own
        if type(error).__name__ != "S3UploadFailedError":
            raise
        raise ArtifactError(f"the artifact cannot be put into s3://{bucket}: {error}") from None
    return Artifact(f"arn:aws:s3:::{bucket}/{prefix}".rstrip("/"), identifier=identifier)


def _upload_zip(s3: Any, files: dict[str, Path], bucket: str, key: str, identifier: str, work: Path) -> Artifact:
    archive = work / f"artifact-{identifier or 'primary'}.zip"
    pack(files, archive)
    sha, md5 = _digests(archive)
    with archive.open("rb") as body:
        s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"sha256": sha})
    archive.unlink()
    return Artifact(f"arn:aws:s3:::{bucket}/{key}", sha, md5, identifier)


def _key(target: dict[str, Any], build_key: str, own_name: str) -> str:
    """The object key, by path, namespaceType and name (API shape ProjectArtifacts)."""
    if target["type"] == "CODEPIPELINE":
        return str(target["path"])
    project, _, build_id = build_key.partition(":")
    name = own_name if target.get("overrideArtifactName") and own_name else target.get("name") or project
    namespace = build_id if target.get("namespaceType") == "BUILD_ID" else ""
    # A name of "/" puts the files right below the path.
    parts = (target.get("path", "").strip("/"), namespace, name.strip("/"))
    return "/".join(part for part in parts if part)


def _digests(path: Path) -> tuple[str, str]:
    sha, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha.update(chunk)
            md5.update(chunk)
    return sha.hexdigest(), md5.hexdigest()
