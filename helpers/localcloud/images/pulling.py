"""Pulls images from the account's ECR by its API: manifest, configuration and layers, each held against its digest."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tarfile
import threading
import uuid
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import archive
from .unpacking import add_layer

_REFERENCE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<repository>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class CannotPull(Exception):
    """The image cannot be had; the text is what ECS shows as CannotPullContainerError."""


@dataclass(frozen=True)
class Image:
    """An image that is unpacked in `root`, and what its configuration says of the process."""

    digest: str
    root: str
    command: list[str]
    entrypoint: list[str]
    environment: list[str]
    folder: str

    @property
    def working_directory(self) -> Path:
        """Return the folder in which the process starts."""
        return Path(self.root, PurePosixPath(self.folder or "/").as_posix().lstrip("/"))


class Images:
    """Images below one folder of the state; an image is unpacked once for each digest."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._folder = cloud.home / "images"
        self._lock = threading.Lock()

    def pull(self, scope: Scope, reference: str) -> Image:
        """Return the image that `reference` (account.dkr.ecr.region.amazonaws.com/name:tag) names.

        Raises CannotPull.
        """
        of, match = _address(scope, reference)
        # An image that is named by its digest and is here already cannot be another one: ECR need not be asked.
        if match["digest"] and (known := self._known(of, match["digest"])):
            return known
        source = _Repository(self._cloud.client("ecr", of), match["repository"])
        digest, manifest = source.manifest(reference, match["tag"], match["digest"])
        with self._lock:
            if known := self._known(of, digest):
                return known
            return self._unpack(source, digest, manifest, self._target(of, digest))

    def save(self, scope: Scope, reference: str, digest: str, tag: str, file: Path) -> None:
        """Write the image of `reference` that has `digest` to `file`, as a docker-archive that calls it `tag`.

        Raises CannotPull.
        """
        of, match = _address(scope, reference)
        source = _Repository(self._cloud.client("ecr", of), match["repository"])
        _, manifest = source.manifest(reference, None, digest)
        layers = [partial(source.blob, layer["digest"]) for layer in manifest["layers"]]
        archive.write(file, tag, source.blob(manifest["config"]["digest"]), layers)

    def forget(self, account: str) -> None:
        """Drop the images of `account`."""
        shutil.rmtree(self._folder / account, ignore_errors=True)

    def _known(self, of: Scope, digest: str) -> Image | None:
        note = self._target(of, digest) / "image.json"
        return Image(**json.loads(note.read_text())) if note.exists() else None

    def _target(self, of: Scope, digest: str) -> Path:
        return self._folder / of.account / digest.replace(":", "-")

    def _unpack(self, source: _Repository, digest: str, manifest: dict[str, Any], target: Path) -> Image:
        aside = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
        root = aside / "root"
        root.mkdir(parents=True)
        try:
            settings = json.loads(source.blob(manifest["config"]["digest"])).get("config") or {}
            for layer in manifest["layers"]:
                add_layer(source.blob(layer["digest"]), root)
            image = _image(digest, target / "root", settings)
            image_folder = root / PurePosixPath(image.folder or "/").as_posix().lstrip("/")
            image_folder.mkdir(parents=True, exist_ok=True)
            (aside / "image.json").write_text(json.dumps(asdict(image)))
            shutil.rmtree(target, ignore_errors=True)
            aside.replace(target)
            return image
        except (tarfile.TarError, ValueError, KeyError, TypeError, OSError) as error:
            raise CannotPull(f"failed to unpack the image {digest}: {error}") from None
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _address(scope: Scope, reference: str) -> tuple[Scope, re.Match[str]]:
    """Return whose registry `reference` names and its parts. Raises CannotPull for one that may not be read."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise CannotPull(
            f"failed to resolve ref {reference}: it is not an image of ECR"
            " (account.dkr.ecr.region.amazonaws.com/name:tag), and the local cloud has no other registry."
        )
    of = Scope(match["account"], match["region"])
    if of.account != scope.account:
        raise CannotPull(f"failed to resolve ref {reference}: the account {scope.account} may not read it.")
    return of, match


class _Repository:
    """One repository, read through ECR's API."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def manifest(self, reference: str, tag: str | None, digest: str | None) -> tuple[str, dict[str, Any]]:
        from botocore.exceptions import ClientError

        wanted = {"imageDigest": digest} if digest else {"imageTag": tag or "latest"}
        try:
            images = self._client.batch_get_image(repositoryName=self._name, imageIds=[wanted])["images"]
        except ClientError as error:
            raise CannotPull(f"failed to resolve ref {reference}: {error.response['Error']['Message']}") from None
        if not images:
            raise CannotPull(f"failed to resolve ref {reference}: {reference}: not found")
        text = images[0]["imageManifest"]
        found, stated = _digest(text.encode()), images[0]["imageId"].get("imageDigest")
        if stated and found != stated:
            raise CannotPull(f"the manifest of {reference} has the digest {found}, not {stated}")
        return found, _single(reference, text)

    def blob(self, digest: str) -> bytes:
        import urllib.request

        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_download_url_for_layer(repositoryName=self._name, layerDigest=digest)
        except ClientError as error:
            raise CannotPull(f"failed to fetch {digest}: {error.response['Error']['Message']}") from None
        try:
            # The registry is on this machine: a proxy that the environment names is for elsewhere.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(answer["downloadUrl"], timeout=60) as response:
                content: bytes = response.read()
        except OSError as error:
            raise CannotPull(f"failed to fetch {digest}: {error}") from None
        if _digest(content) != digest:
            raise CannotPull(f"failed to verify {digest}: the bytes have the digest {_digest(content)}")
        return content


def _single(reference: str, text: str) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(text)
    except ValueError:
        raise CannotPull(f"the manifest of {reference} is not JSON") from None
    if "config" not in manifest or "layers" not in manifest:
        raise CannotPull(f"{reference} is not one image: push the image of one platform, not an index of several")
    return manifest


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _image(digest: str, root: Path, settings: dict[str, Any]) -> Image:
    return Image(
        digest=digest, root=str(root), command=settings.get("Cmd") or [], entrypoint=settings.get("Entrypoint") or [],
        environment=settings.get("Env") or [], folder=settings.get("WorkingDir") or "/",
    )  # fmt: skip
