"""The bytes of a container image: layer, configuration and manifest (OCI Image Format).

https://github.com/opencontainers/image-spec
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.base_image import BaseImage

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
WORKING_DIRECTORY = "app"
# Docker's older name of the same bytes; a manifest of OCI says OCI's.
_DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


def digest(content: bytes) -> str:
    """Return how a registry names these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def layer(files: Mapping[str, bytes]) -> bytes:
    """Return a tar of `files` below /app, in which nothing depends on when and by whom it was made."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(files):
            entry = tarfile.TarInfo(f"{WORKING_DIRECTORY}/{path}")
            entry.size, entry.mode, entry.mtime = len(files[path]), 0o644, 0
            archive.addfile(entry, io.BytesIO(files[path]))
    return packed.getvalue()


def packed(layer: bytes) -> bytes:
    """Return `layer` as it is sent; the same bytes each time."""
    result = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=result, mtime=0) as archive:
        archive.write(layer)
    return result.getvalue()


def configuration(
    layer: bytes, command: Sequence[str], environment: Mapping[str, str], base: BaseImage | None
) -> bytes:
    """Return the configuration of an image whose topmost layer is `layer`, as it is before it is packed."""
    below: Mapping[str, Any] = base.configuration if base else {}
    inherited = dict(line.partition("=")[::2] for line in below.get("config", {}).get("Env") or [])
    variables = {**inherited, **environment}
    return _document({
        "architecture": below.get("architecture", "amd64"),
        "os": below.get("os", "linux"),
        "config": {
            "Cmd": list(command),
            "Env": [f"{name}={value}" for name, value in sorted(variables.items())],
            "WorkingDir": f"/{WORKING_DIRECTORY}",
        },
        # The layers as they are unpacked; the manifest names them as they are sent.
        "rootfs": {"type": "layers", "diff_ids": [*below.get("rootfs", {}).get("diff_ids", []), digest(layer)]},
    })  # fmt: skip


def manifest(config: bytes, packed: bytes, base: BaseImage | None) -> bytes:
    """Return the manifest of an image with the configuration `config` and the topmost layer `packed`."""
    below = [
        {"mediaType": LAYER_TYPE if each.media_type == _DOCKER_LAYER else each.media_type,
         "digest": each.digest, "size": each.size}
        for each in (base.layers if base else ())
    ]  # fmt: skip
    return _document({
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _descriptor(CONFIG_TYPE, config),
        "layers": [*below, _descriptor(LAYER_TYPE, packed)],
    })  # fmt: skip


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest(blob), "size": len(blob)}


def _document(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
