"""Reads trees and blobs, and tells two trees apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import git

MODES = {"100644": "NORMAL", "100755": "EXECUTABLE", "120000": "SYMLINK"}
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True)
class Entry:
    """One line of a tree; `path` is from the root."""

    mode: str
    kind: str
    id: str
    size: int
    path: str

    @property
    def file_mode(self) -> str:
        return MODES.get(self.mode, "NORMAL")


def entries(repository: Path, treeish: str, path: str = "", *, recursive: bool = False) -> list[Entry]:
    """Return what lies in the folder `path` ("" is the root) of a commit or tree."""
    options = ["-r"] if recursive else []
    where = f"{treeish}:{path}" if path else treeish
    raw = git.run(repository, "ls-tree", "-z", "--long", *options, where)
    return [_entry(line, path) for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]


def find(repository: Path, commit: str, path: str) -> Entry | None:
    """Return what `path` is in `commit`, or None."""
    raw = git.run(repository, "ls-tree", "-z", "--long", "--full-tree", commit, "--", path.strip("/"))
    found = [_entry(line, "") for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]
    return found[0] if found else None


def _entry(line: str, folder: str) -> Entry:
    facts, name = line.split("\t", 1)
    mode, kind, id_, size = facts.split()
    return Entry(mode, kind, id_, 0 if size == "-" else int(size), f"{folder}/{name}" if folder else name)


def differences(repository: Path, before: str, after: str) -> list[dict[str, Any]]:
    """Return the files that differ between two trees, in the form of GetDifferences."""
    raw = git.run(repository, "diff-tree", "-r", "-z", "--no-renames", before, after)
    parts = raw.decode("utf-8", "surrogateescape").split("\0")
    return [_difference(facts, path) for facts, path in zip(parts[0::2], parts[1::2], strict=False)]


def _difference(facts: str, path: str) -> dict[str, Any]:
    old_mode, new_mode, old_id, new_id, kind = facts.lstrip(":").split()
    change: dict[str, Any] = {"changeType": kind if kind in "AD" else "M"}
    if kind != "A":
        change["beforeBlob"] = {"blobId": old_id, "path": path, "mode": old_mode}
    if kind != "D":
        change["afterBlob"] = {"blobId": new_id, "path": path, "mode": new_mode}
    return change
