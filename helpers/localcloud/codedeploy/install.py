"""Copies the files of a bundle to a host, after taking away those of the bundle before.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-files.html
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from .appspec import FileCopy

Copies = list[tuple[Path, Path]]


class InstallError(Exception):
    """The files cannot be installed; the message says why."""


def place(root: Path, destination: str) -> Path:
    """Return where `destination` ("/srv/shop") of an AppSpec is on the host whose file system is below `root`."""
    inside = root.joinpath(*PurePosixPath(destination.replace("\\", "/").lstrip("/")).parts)
    if not inside.resolve().is_relative_to(root.resolve()):
        raise InstallError(f"The destination {destination} lies outside of the host's folder.")
    return inside


def plan(files: Sequence[FileCopy], archive: Path, root: Path, existing: str) -> Copies:
    """Return what is copied where. Raises InstallError for a missing source, or a file that is there already.

    `existing` is DISALLOW, OVERWRITE or RETAIN (API shape FileExistsBehavior).
    """
    copies: Copies = []
    for entry in files:
        source = archive / entry.source.lstrip("/")
        if not source.exists():
            raise InstallError(f"No such file or directory - {entry.source}: the bundle does not have it.")
        copies += _below(source, place(root, entry.destination))
    return [(source, target) for source, target in copies if _to_copy(target, existing)]


def _below(source: Path, destination: Path) -> Copies:
    if source.is_dir():
        found = sorted(path for path in source.rglob("*") if path.is_file())
        return [(path, destination / path.relative_to(source)) for path in found]
    return [(source, destination / source.name)]


def _to_copy(target: Path, existing: str) -> bool:
    if not target.exists() or existing == "OVERWRITE":
        return True
    if existing == "RETAIN":
        return False
    raise InstallError(
        f"The deployment failed because a specified file already exists at this location: {target.name} ({target})"
    )


def copy(copies: Copies, root: Path, record: Path) -> None:
    """Copy, writing into `record` what a later `clean` is to take away, each before it is made."""
    record.parent.mkdir(parents=True, exist_ok=True)
    with record.open("a", encoding="utf-8") as noted:
        for source, target in copies:
            for folder in reversed(target.relative_to(root).parents):
                if not (root / folder).exists():
                    noted.write(f"{folder.as_posix()}/\n")
            noted.write(f"{target.relative_to(root).as_posix()}\n")
            noted.flush()
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def clean(root: Path, record: Path) -> None:
    """Take away the files that `record` names, and its folders that are empty then; nothing else."""
    if not record.exists():
        return
    lines = record.read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.endswith("/"):
            (root / line).unlink(missing_ok=True)
    for line in sorted((line for line in lines if line.endswith("/")), key=len, reverse=True):
        folder = root / line
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    record.unlink()
