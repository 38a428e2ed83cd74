"""Unpacks layers, one over the other, into a folder that plays the root of the image (OCI image specification)."""

from __future__ import annotations

import io
import posixpath
import shutil
import tarfile
from pathlib import Path, PurePosixPath

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"


def add_layer(content: bytes, root: Path) -> None:
    """Unpack a layer over those below it.

    A whiteout takes a file of theirs away, an opaque one all in its folder. Devices are left out: a process of this
    machine has no use for them. Raises tarfile.TarError, ValueError or OSError for a layer that is none.
    """
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
        members = archive.getmembers()
        for member in members:
            _take_away(PurePosixPath(member.name.lstrip("/")), root)
        for member in members:
            if not PurePosixPath(member.name).name.startswith(_WHITEOUT) and not member.isdev():
                _add(archive, member, root)


def _take_away(path: PurePosixPath, root: Path) -> None:
    if path.name == _OPAQUE:
        for below in list((root / path.parent).glob("*")):
            _remove(below, root)
    elif path.name.startswith(_WHITEOUT):
        _remove(root / path.parent / path.name.removeprefix(_WHITEOUT), root)


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path) -> None:
    if not member.isdir():
        # What is there is replaced, not written to: it may be a link to something else.
        _remove(root / member.name.lstrip("/"), root)
    archive.extract(_within(member), root, filter="data")


def _within(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return `member`; a symbolic link that begins at the image's root or climbs above it leads there from here."""
    parent = posixpath.dirname(posixpath.normpath(member.name.lstrip("/")))
    target = posixpath.normpath(posixpath.join(parent, member.linkname)) if member.issym() else ""
    if not target.startswith(("/", "..")):
        return member
    inside = posixpath.normpath("/" + target.lstrip("/")).lstrip("/") or "."
    return member.replace(linkname=posixpath.relpath(inside, parent or "."), deep=False)


def _remove(path: Path, root: Path) -> None:
    if not path.parent.resolve().is_relative_to(root.resolve()) or ".." in path.parts:
        raise ValueError(f"{path.name} lies outside of the image")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
