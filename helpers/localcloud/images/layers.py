"""Layers as ECR keeps them: files named by their digest, uploaded in parts, read through a signed URL."""

from __future__ import annotations

import hashlib
import hmac
import shutil
import uuid
from pathlib import Path

from ..scope import Scope
from ..service import ServiceError

PREFIX = "/ecr/layers/"


class Layers:
    """All layers of the local cloud, below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, scope: Scope) -> str:
        """Begin an upload and return its id."""
        upload = str(uuid.uuid4())
        path = self._upload(scope, upload)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return upload

    def append(self, scope: Scope, upload: str, first: int, part: bytes) -> int:
        """Add the part that begins at byte `first`; return the position of its last byte.

        Raises UploadNotFoundException, InvalidLayerPartException (API shape UploadLayerPart).
        """
        path = self._known_upload(scope, upload)
        if (size := path.stat().st_size) != first:
            raise ServiceError(
                "InvalidLayerPartException", f"The part begins at byte {first}; the upload has {size} bytes so far."
            )
        with path.open("ab") as file:
            file.write(part)
        return size + len(part) - 1

    def complete(self, scope: Scope, repository: str, upload: str, digests: list[str]) -> str:
        """Keep the upload as a layer of `repository` and return its digest.

        Raises UploadNotFoundException, EmptyUploadException, InvalidLayerException if the digest is another one, and
        LayerAlreadyExistsException (API shape CompleteLayerUpload).
        """
        path = self._known_upload(scope, upload)
        digest = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        if not path.stat().st_size:
            raise ServiceError("EmptyUploadException", f"The upload {upload} has no parts.")
        if digest not in digests:
            raise ServiceError(
                "InvalidLayerException", f"The bytes of the layer have the digest {digest}, not {', '.join(digests)}."
            )
        kept = self.path(scope, repository, digest)
        if kept.exists():
            path.unlink()
            raise ServiceError("LayerAlreadyExistsException", f"{repository} has the layer {digest} already.")
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)
        return digest

    def path(self, scope: Scope, repository: str, digest: str) -> Path:
        """Return where the layer is, or would be."""
        name = hashlib.sha256(f"{repository}@{digest}".encode()).hexdigest()
        return self._folder / scope.account / scope.region / "kept" / name

    def forget(self, account: str) -> None:
        """Drop all layers of `account`."""
        shutil.rmtree(self._folder / account, ignore_errors=True)

    def _upload(self, scope: Scope, upload: str) -> Path:
        return self._folder / scope.account / scope.region / "uploads" / upload

    def _known_upload(self, scope: Scope, upload: str) -> Path:
        path = self._upload(scope, Path(upload).name)
        if not path.is_file():
            raise ServiceError(
                "UploadNotFoundException", f"There is no upload {upload}; begin with InitiateLayerUpload."
            )
        return path


def signed_path(secret: str, scope: Scope, repository: str, digest: str) -> str:
    """Return the path (with its signature) from which a layer is read without further credentials."""
    path = f"{PREFIX}{scope.account}/{scope.region}/{digest}/{repository}"
    return f"{path}?signature={_signature(secret, path)}"


def read_path(path: str) -> tuple[Scope, str, str]:
    """Return scope, repository and digest that a path of `signed_path` names. Raises ValueError for any other path."""
    account, region, digest, repository = path.removeprefix(PREFIX).split("/", 3)
    return Scope(account, region), repository, digest


def is_signed(secret: str, path: str, signature: str) -> bool:
    """Return whether `signature` is ours for `path`."""
    return hmac.compare_digest(_signature(secret, path), signature)


def _signature(secret: str, path: str) -> str:
    return hmac.new(secret.encode(), path.encode(), hashlib.sha256).hexdigest()
