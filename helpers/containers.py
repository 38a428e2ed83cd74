"""Container images made and pushed without a container engine: the files, how they start, and a digest.

An image is a manifest, a configuration and layers, each named by the SHA-256 of its bytes (OCI Image Format). The
bytes made here depend on the files alone, not on the hour at which they are packed: the same release has the same
digest each time.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from helpers import aws

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
WORKING_DIRECTORY = "app"
# ECR wants at least 5 MiB in each part but the last, and answers with 10 MiB.
PART_BYTES = 10 * 1024 * 1024


def repository(thing: str, lab: str) -> str:
    """Return the name of the learner's repository for `thing` in ECR, made and tagged as the lab's if need be.

    Tags of images are immutable in it: what 2.0.0 means cannot change later.
    """
    name = aws.name(thing)
    tags = [{"Key": key, "Value": value} for key, value in aws.tags(lab).items()]
    ecr = aws.client("ecr")
    aws.created(ecr.create_repository, repositoryName=name, imageTagMutability="IMMUTABLE", tags=tags)
    return name


def push(
    repository: str,
    tag: str,
    files: Mapping[str, bytes],
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
) -> str:
    """Push an image and return its address by digest: `<registry>/<repository>@sha256:...`.

    Args:
        repository: name of a repository in ECR that exists.
        tag: what people call the image.
        files: contents by path below /app, the folder in which the command starts.
        command: what runs, such as ["python", "-m", "shop.catalog"].
        environment: variables that every container of the image gets.

    Raises WorkbookError if the tag exists already and means other bytes.
    """
    layer = _layer(files)
    config = _configuration(layer, command, environment or {})
    packed = _packed(layer)
    manifest = _manifest(config, packed)
    for blob in (config, packed):
        _upload(repository, blob)
    _tag(repository, tag, manifest)
    return f"{_address(repository)}@{digest(manifest)}"


def digest(content: bytes) -> str:
    """Return how a registry names these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def shop(
    version: str,
    repository: str,
    service: str = "catalog",
    changes: Mapping[str, bytes] | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Push a release of the shop and return its address by digest.

    Args:
        version: what the release calls itself in the header X-Shop-Version; the image's tag is `<service>-<version>`.
        repository: name of a repository in ECR that exists.
        service: which of its services starts: catalog, orders or web.
        changes: contents by path that replace those of the sample system, such as {"shop/catalog.py": b"..."}.
        environment: further variables, such as {"SHOP_ERROR_RATE": "0.5"}.
    """
    from labs.shop import launch

    wanted = {name: content for name, content in launch.source().items() if name.startswith("shop/")}
    files = {**wanted, "VERSION": f"{version}\n".encode(), **(changes or {})}
    return push(repository, f"{service}-{version}", files, ["python", "-m", f"shop.{service}"], environment)


def _layer(files: Mapping[str, bytes]) -> bytes:
    """Return a tar of `files`, in which nothing depends on when and by whom it was made."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(files):
            entry = tarfile.TarInfo(f"{WORKING_DIRECTORY}/{path}")
            entry.size, entry.mode, entry.mtime = len(files[path]), 0o644, 0
            archive.addfile(entry, io.BytesIO(files[path]))
    return packed.getvalue()


def _packed(layer: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as archive:
        archive.write(layer)
    return packed.getvalue()


def _configuration(layer: bytes, command: Sequence[str], environment: Mapping[str, str]) -> bytes:
    return _document({
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Cmd": list(command),
            "Env": [f"{name}={value}" for name, value in sorted(environment.items())],
            "WorkingDir": f"/{WORKING_DIRECTORY}",
        },
        # The layer as it is unpacked; the manifest names it as it is sent.
        "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
    })  # fmt: skip


def _manifest(config: bytes, layer: bytes) -> bytes:
    return _document({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _descriptor(CONFIG_TYPE, config),
        "layers": [_descriptor(LAYER_TYPE, layer)],
    })  # fmt: skip


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest(blob), "size": len(blob)}


def _document(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _upload(repository: str, blob: bytes) -> None:
    """Send `blob` in parts, unless the repository has it already."""
    ecr, name = aws.client("ecr"), digest(blob)
    known = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[name])["layers"]
    if any(layer.get("layerAvailability") == "AVAILABLE" for layer in known):
        return
    upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    for first in range(0, len(blob), PART_BYTES):
        part = blob[first : first + PART_BYTES]
        ecr.upload_layer_part(
            repositoryName=repository, uploadId=upload, partFirstByte=first,
            partLastByte=first + len(part) - 1, layerPartBlob=part,
        )  # fmt: skip
    _complete(repository, upload, name)


def _complete(repository: str, upload: str, name: str) -> None:
    ecr = aws.client("ecr")
    try:
        ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[name])
    except ecr.exceptions.LayerAlreadyExistsException:  # somebody else was faster
        return


def _tag(repository: str, tag: str, manifest: bytes) -> None:
    ecr = aws.client("ecr")
    try:
        ecr.put_image(
            repositoryName=repository, imageTag=tag, imageManifest=manifest.decode(),
            imageManifestMediaType=MANIFEST_TYPE, imageDigest=digest(manifest),
        )  # fmt: skip
    except ecr.exceptions.ImageAlreadyExistsException:  # the same bytes by the same name
        return
    except ecr.exceptions.ImageTagAlreadyExistsException:
        if _tagged(repository, tag) != digest(manifest):
            raise aws.WorkbookError(
                f"{repository}:{tag} exists and has other contents. Give the new image a tag of its own."
            ) from None


def _tagged(repository: str, tag: str) -> str:
    answer = aws.client("ecr").describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    return str(answer["imageDetails"][0]["imageDigest"])


def _address(repository: str) -> str:
    answer = aws.client("ecr").describe_repositories(repositoryNames=[repository])
    return str(answer["repositories"][0]["repositoryUri"])
