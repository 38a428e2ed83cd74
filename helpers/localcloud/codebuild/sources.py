"""Brings the source of a build into its folder."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from typing import Any

from ..cloud import Cloud
from ..scope import Scope

_LIMIT = 300


class SourceError(RuntimeError):
    """The source cannot be had; the message says why."""


def fetch(cloud: Cloud, scope: Scope, source: dict[str, Any], version: str, folder: Path) -> str:
    """Put the content of `source` (a ProjectSource) at `version` into `folder`; return the resolved version.

    Raises SourceError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = source["type"]
    if kind == "NO_SOURCE":
        return ""
    if kind == "CODECOMMIT":
        return _clone(cloud, scope, source["location"], version, folder)
    if kind == "S3":
        return _download(cloud.client("s3", scope), source["location"], version, folder)
    if kind == "CODEPIPELINE":
        # The version is that of the pipeline's own source; the artifact is one object, not a version of it.
        _download(cloud.client("s3", scope), source["location"], "", folder)
        return version
    raise SourceError(f"A source of type {kind} is not modelled; CODECOMMIT, S3, CODEPIPELINE and NO_SOURCE are.")


def _clone(cloud: Cloud, scope: Scope, location: str, version: str, folder: Path) -> str:
    from ..codecommit import git

    environment = {**git.environment(), **cloud.environment(scope)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
        if done.returncode:
            raise SourceError(f"git {arguments[0]} of {location} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    run("clone", "--quiet", location, ".")
    if version:
        run("-c", "advice.detachedHead=false", "checkout", "--quiet", version.removeprefix("refs/heads/"))
    return run("rev-parse", "HEAD")


def _download(s3: Any, location: str, version: str, folder: Path) -> str:
    bucket, _, key = location.removeprefix("arn:aws:s3:::").partition("/")
    try:
        if key.endswith("/") or not key:
            return _download_folder(s3, bucket, key, folder)
        chosen = {"VersionId": version} if version else {}
        archive = folder.with_name(f"{folder.name}.source")
        answer = s3.get_object(Bucket=bucket, Key=key, **chosen)
        with archive.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(1 << 20):
                file.write(chunk)
    except s3.exceptions.ClientError as error:
        raise SourceError(f"s3://{bucket}/{key} cannot be read: {error}") from None
    _unpack(archive, folder, f"s3://{bucket}/{key}")
    archive.unlink()
    return str(answer.get("VersionId") or answer["ETag"].strip('"'))


def _download_folder(s3: Any, bucket: str, prefix: str, folder: Path) -> str:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            target = _inside(folder, item["Key"].removeprefix(prefix))
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, item["Key"], str(target))
    return ""


def _unpack(archive: Path, folder: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(archive) as content:
            for item in content.infolist():
                target = _inside(folder, item.filename)
                content.extract(item, folder)
                if mode := item.external_attr >> 16 & 0o777:
                    target.chmod(mode)
    except zipfile.BadZipFile:
        raise SourceError(f"{name} is no zip archive; a source in S3 is a .zip or a folder ending in /") from None


def _inside(folder: Path, name: str) -> Path:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise SourceError(f"The source holds a path that leads out of it: {name}")
    return target
