"""Images that bring their own system, made without a hub: the Python that runs the tests, packed with its libraries."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.base_image import BaseImage, Layer
from tests.localcloud.ecs.bench import Bench, digest_of

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_NOT_NEEDED = {"__pycache__", "test", "idlelib", "ensurepip", "tkinter", "turtledemo", "lib2to3", "site-packages"}
# Modules with windows, and those that test the interpreter.
_NOT_LOADED = ("_tkinter", "_test", "_xx")
_LIBRARY = re.compile(r"(?:=> )?(/\S+) \(0x")


@lru_cache(maxsize=1)
def python_layer() -> bytes:
    """Return a layer with the running Python, where it is on this machine and as /usr/local/bin/python."""
    program, library = Path(sys._base_executable).resolve(), Path(sysconfig.get_path("stdlib"))
    files = [program, *_below(library)]
    loaded = [path for path in files if path.suffix == ".so"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted({*files, *_libraries([program, *loaded])}):
            archive.add(path.resolve(), str(path), recursive=False)
        link = tarfile.TarInfo("usr/local/bin/python")
        link.type, link.linkname = tarfile.SYMTYPE, str(program)
        archive.addfile(link)
    return packed.getvalue()


def _below(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        parts = set(path.relative_to(folder).parts)
        if path.is_file() and not parts & _NOT_NEEDED and not path.name.startswith(_NOT_LOADED) and path.suffix != ".a":
            yield path


def _libraries(programs: Sequence[Path]) -> set[Path]:
    """Return the shared libraries of `programs` and what loads them, as ldd(1) says."""
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    return {Path(found) for found in _LIBRARY.findall(said)}


def files_layer(files: Mapping[str, bytes]) -> bytes:
    """Return a layer with `files` by their paths."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@lru_cache(maxsize=4)
def _compressed(layer: bytes) -> bytes:
    return gzip.compress(layer, compresslevel=1, mtime=0)


def python_base() -> BaseImage:
    """Return the packed Python as a base image, as it would come from a registry."""
    layer = _compressed(python_layer())
    described = Layer(digest_of(layer), len(layer), _LAYER, lambda: layer)
    rootfs = {"type": "layers", "diff_ids": [digest_of(python_layer())]}
    return BaseImage({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}, (described,))


def push_system(bench: Bench, tag: str, files: Mapping[str, bytes], **settings: Any) -> str:
    """Push an image of the packed Python and `files` with the configuration `settings` (Cmd, Env); return its URI."""
    layers = [python_layer(), files_layer(files)]
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [digest_of(each) for each in layers]},
    }).encode()  # fmt: skip
    packed = [_compressed(each) for each in layers]
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": _MANIFEST,
        "config": {"digest": bench.push_layer(config), "size": len(config)},
        "layers": [{"mediaType": _LAYER, "digest": bench.push_layer(each), "size": len(each)} for each in packed],
    })  # fmt: skip
    bench.cloud.client("ecr").put_image(
        repositoryName="shop", imageManifest=manifest, imageTag=tag, imageManifestMediaType=_MANIFEST,
        imageDigest=digest_of(manifest.encode()),
    )  # fmt: skip
    return f"{bench.uri}@{digest_of(manifest.encode())}"
