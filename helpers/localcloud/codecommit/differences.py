"""Tells two trees apart, in the form of GetDifferences and of CreateCommit's answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..service import ServiceError
from . import git, names, trees

_LISTS = {"A": "filesAdded", "M": "filesUpdated", "D": "filesDeleted"}


def between(repository: Path, before: str, after: str) -> list[dict[str, Any]]:
    """Return the files that differ between two trees or commits, by path."""
    raw = git.run(repository, "diff-tree", "-r", "-z", "--no-renames", before, after)
    parts = raw.decode("utf-8", "surrogateescape").split("\0")
    return [_difference(facts, path) for facts, path in zip(parts[0::2], parts[1::2], strict=False)]


def below(repository: Path, before: str, after: str, paths: dict[str, str]) -> list[dict[str, Any]]:
    """Return the differences below `paths`, given for the side "before" or "after", or both (a folder's old and new
    name). Raises PathDoesNotExistException if there is no such file or folder on either side."""
    found = between(repository, before, after)
    if not paths:
        return found
    cleaned = {side: names.clean_path(path) for side, path in paths.items()}
    for path in cleaned.values():
        if not any(trees.find(repository, tree, path) for tree in (before, after)):
            raise ServiceError("PathDoesNotExistException", f"{path} exists neither before nor after")
    return [change for change in found if any(_is_below(change, side, path) for side, path in cleaned.items())]


def summary(repository: Path, before: str, after: str) -> dict[str, Any]:
    """Return what a commit added, updated and deleted."""
    lists: dict[str, Any] = {name: [] for name in _LISTS.values()}
    for change in between(repository, before, after):
        blob = change.get("afterBlob") or change["beforeBlob"]
        mode = trees.MODES.get(blob["mode"], "NORMAL")
        file = {"absolutePath": blob["path"], "blobId": blob["blobId"], "fileMode": mode}
        lists[_LISTS[change["changeType"]]].append(file)
    return lists


def _difference(facts: str, path: str) -> dict[str, Any]:
    old_mode, new_mode, old_id, new_id, kind = facts.lstrip(":").split()
    change: dict[str, Any] = {"changeType": kind if kind in "AD" else "M"}
    if kind != "A":
        change["beforeBlob"] = {"blobId": old_id, "path": path, "mode": old_mode}
    if kind != "D":
        change["afterBlob"] = {"blobId": new_id, "path": path, "mode": new_mode}
    return change


def _is_below(change: dict[str, Any], side: str, folder: str) -> bool:
    path = change.get(f"{side}Blob", {}).get("path", "")
    return bool(path == folder or path.startswith(f"{folder}/"))
