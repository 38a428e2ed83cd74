"""Unpacks a bundle into a folder, and never outside of it."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from pathlib import Path

_NAMES = ("appspec.yml", "appspec.yaml")


class BundleError(Exception):
    """A bundle cannot be used; the message says why."""


def unpack(content: bytes, kind: str, folder: Path) -> None:
    """Unpack `content` of `kind` (zip, tar, tgz) into `folder`. Raises BundleError."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if kind == "zip":
            _unpack_zip(content, folder)
        else:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz" if kind == "tgz" else "r:") as archive:
                archive.extractall(folder, filter="data")
    except (zipfile.BadZipFile, zlib.error, tarfile.TarError, EOFError, OSError) as error:
        raise BundleError(f"The bundle is no sound {kind}: {error}") from None


def _unpack_zip(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for item in archive.infolist():
            target = (folder / item.filename).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise BundleError(f"The bundle has {item.filename}, which lies outside of it.")
            archive.extract(item, folder)
            # A zip keeps the mode of a file in the upper half of this.
            mode = item.external_attr >> 16 & 0o777
            if mode and not item.is_dir():
                target.chmod(mode | 0o600)


def appspec_text(folder: Path) -> str:
    """Return the AppSpec of the bundle in `folder`. Raises BundleError if it has none."""
    for name in _NAMES:
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    raise BundleError(
        "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory: the bundle must have"
        f" {_NAMES[0]} at its top."
    )
