"""Brings the source of a build into its folder."""

from __future__ import annotations

import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import Any

from ..cloud import Cloud
from ..runtime.environment import OWNER, git_environment
from ..scope import Scope

_LIMIT = 300


class SourceError(Exception):
    """The source cannot be had; the message says why."""


def fetch(cloud: Cloud, scope: Scope, source: dict[str, Any], version: str, folder: Path, owner: str) -> str:
    """Put the content of `source` (a ProjectSource) at `version` into `folder`; return the resolved version.

    Processes that this takes carry the mark of `owner`. Raises SourceError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = source["type"]
    if kind == "NO_SOURCE":
        return ""
    if kind == "CODECOMMIT":
        return _clone(cloud, scope, source["location"], version, folder, owner)
    if kind == "S3":
        _download(cloud.client("s3", scope), source["location"], version, folder)
        return ""  # the API says of resolvedSourceVersion: for S3 this does not apply
    if kind == "CODEPIPELINE":
        # The version is that of the pipeline's own source; the artifact is one object, not a version of it.
        _download(cloud.client("s3", scope), source["location"], "", folder)
        return version
    raise SourceError(f"A source of type {kind} is not modelled; CODECOMMIT, S3, CODEPIPELINE and NO_SOURCE are.")


def _clone(cloud: Cloud, scope: Scope, location: str, version: str, folder: Path, owner: str) -> str:
    environment = {**git_environment(), **cloud.environment(scope), OWNER: owner}

    def run(*arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                text=True, errors="replace", timeout=_LIMIT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise SourceError(f"git {arguments[0]} of {location} took longer than {_LIMIT} seconds") from None
        if done.returncode:
            raise SourceError(f"git {arguments[0]} of {location} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    run("clone", "--quiet", "--", location, ".")
    if version:
        run("-c", "advice.detachedHead=false", "checkout", "--quiet", version.removeprefix("refs/heads/"))
    return run("rev-parse", "HEAD")


def _download(s3: Any, location: str, version: str, folder: Path) -> None:
    # Late: they take a tenth of a second, which no start of the local cloud should wait for.
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError

    bucket, _, key = location.removeprefix("arn:aws:s3:::").partition("/")
    try:
        if key.endswith("/") or not key:
            _download_folder(s3, bucket, key, folder)
            return
        chosen = {"VersionId": version} if version else {}
        archive = folder.with_name(f"{folder.name}.source")
        answer = s3.get_object(Bucket=bucket, Key=key, **chosen)
        with archive.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(1 << 20):
                file.write(chunk)
    except (s3.exceptions.ClientError, BotoCoreError, Boto3Error) as error:
        raise SourceError(f"s3://{bucket}/{key} cannot be read: {error}") from None
    _unpack(archive, folder, f"s3://{bucket}/{key}")
    archive.unlink()


def _download_folder(s3: Any, bucket: str, prefix: str, folder: Path) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    if not keys:
        raise SourceError(f"s3://{bucket}/{prefix} cannot be read: nothing is there")
    # A key that ends in / is a folder that somebody made by hand.
    for key in keys:
        target = _inside(folder, key.removeprefix(prefix))
        if not key.endswith("/"):
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, key, str(target))


def _unpack(archive: Path, folder: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(archive) as content:
            for item in content.infolist():
                target = _inside(folder, item.filename)
                content.extract(item, folder)
                if mode := item.external_attr >> 16 & 0o777:
                    target.chmod(mode)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise SourceError(f"{name} is no zip archive; a source in S3 is a .zip or a folder ending in /") from None


def _inside(folder: Path, name: str) -> Path:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise SourceError(f"The source holds a path that leads out of it: {name}")
    return target
