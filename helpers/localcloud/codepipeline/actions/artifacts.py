"""Reads what earlier actions made, and makes artifacts of files."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..model import ArtifactRef
from .context import ActionContext, ActionFailed


def fetch(context: ActionContext, artifact: ArtifactRef, path: Path) -> None:
    """Write the bytes of `artifact` to `path`. Raises ActionFailed if they are gone or not what was built."""
    s3 = context.client("s3")
    try:
        answer = s3.get_object(Bucket=artifact.bucket, Key=artifact.key)
    except s3.exceptions.ClientError as error:
        raise ActionFailed(
            "JobFailed",
            f"The artifact {artifact.name} cannot be read from s3://{artifact.bucket}/{artifact.key}:"
            f" {error.response['Error']['Message']}",
        ) from None
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in answer["Body"].iter_chunks(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    if artifact.sha256 and digest.hexdigest() != artifact.sha256:
        raise ActionFailed(
            "JobFailed",
            f"The artifact {artifact.name} is not what was built: its digest is {digest.hexdigest()}, and"
            f" {artifact.sha256} was built. Nothing was deployed.",
        )


def read(context: ActionContext, name: str, file: str) -> bytes:
    """Return the content of `file` in the input artifact `name`. Raises ActionFailed if there is none."""
    artifact = given(context, name)
    with tempfile.TemporaryDirectory(prefix="artifact-") as folder:
        path = Path(folder) / "artifact.zip"
        fetch(context, artifact, path)
        try:
            with zipfile.ZipFile(path) as archive:
                return archive.read(file)
        except KeyError:
            raise ActionFailed("ConfigurationError", f"The artifact {name} has no file {file}.") from None
        except zipfile.BadZipFile:
            raise ActionFailed("ConfigurationError", f"The artifact {name} is no zip archive.") from None


def given(context: ActionContext, name: str) -> ArtifactRef:
    """Return the input artifact `name`. Raises ActionFailed if the action does not have it."""
    for artifact in context.run.inputs:
        if artifact.name == name:
            return artifact
    names = ", ".join(artifact.name for artifact in context.run.inputs) or "none"
    raise ActionFailed("ConfigurationError", f"{name} is no input artifact of the action; it has {names}.")


def make(context: ActionContext, name: str, files: Mapping[str, bytes]) -> ArtifactRef:
    """Store `files` as the output artifact `name`. Raises ActionFailed if the artifact bucket does not take it."""
    with tempfile.TemporaryDirectory(prefix="artifact-") as folder:
        path = Path(folder) / "artifact.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        return context.put_artifact(name, path)
