"""An image in the form that `docker load` takes: a docker-archive.

https://github.com/moby/moby/blob/master/image/spec/v1.2.md#combined-image-json--filesystem-changeset-format
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path


def write(archive: Path, tag: str, configuration: bytes, layers: Sequence[Callable[[], bytes]]) -> None:
    """Write the image called `tag` to `archive`; each of `layers` is asked for once, so that one is held at a time."""
    with tarfile.open(archive, "w") as packed:
        config = f"{hashlib.sha256(configuration).hexdigest()}.json"
        _add(packed, config, configuration)
        names = [f"{number:03}/layer.tar" for number in range(len(layers))]
        for name, layer in zip(names, layers, strict=True):
            _add(packed, name, layer())
        described = [{"Config": config, "RepoTags": [tag], "Layers": names}]
        _add(packed, "manifest.json", json.dumps(described).encode())


def _add(packed: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    packed.addfile(entry, io.BytesIO(content))
