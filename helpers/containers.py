"""Container images made and pushed without a container engine: the files, how they start, and a digest.

An image is a manifest, a configuration and layers, each named by the SHA-256 of its bytes (OCI Image Format). The
bytes made here depend on the files alone, not on the hour at which they are packed: the same release has the same
digest each time. In the local cloud an image is the application and no more; on AWS it stands upon a base image that
brings Python, whose layers are copied from a public registry into the learner's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from helpers import aws, base_image, image_format
from helpers.image_format import MANIFEST_TYPE, digest

__all__ = ["digest", "push", "repository", "shop"]

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

    Raises WorkbookError if the tag exists already and means other bytes, or if AWS needs a base image and it cannot be
    had.
    """
    base = base_image.fetch(base_image.PYTHON) if aws.needs_base_image() else None
    layer = image_format.layer(files)
    packed = image_format.packed(layer)
    config = image_format.configuration(layer, command, environment or {}, base)
    manifest = image_format.manifest(config, packed, base)
    for below in base.layers if base else ():
        _upload(repository, below.digest, below.read)
    for blob in (config, packed):
        _upload(repository, digest(blob), partial(bytes, blob))
    _tag(repository, tag, manifest)
    return f"{_address(repository)}@{digest(manifest)}"


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

    The services listen on all of the container's network (HOST); a task of the local cloud that is a process has none
    of its own, and is told to listen on 127.0.0.1.
    """
    from labs.shop import launch

    wanted = {name: content for name, content in launch.source().items() if name.startswith("shop/")}
    files = {**wanted, "VERSION": f"{version}\n".encode(), **(changes or {})}
    variables = {"HOST": "0.0.0.0", **(environment or {})}
    return push(repository, f"{service}-{version}", files, ["python", "-m", f"shop.{service}"], variables)


def _upload(repository: str, name: str, read: Callable[[], bytes]) -> None:
    """Send in parts what has the digest `name`, unless the repository has it already."""
    ecr = aws.client("ecr")
    known = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[name])["layers"]
    if any(layer.get("layerAvailability") == "AVAILABLE" for layer in known):
        return
    blob = read()
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
