"""Reads trees and blobs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


def entries(repository: Path, tree: str, folder: str) -> list[Entry]:
    """Return what lies directly in `tree`, which is the folder `folder` ("" is the root)."""
    raw = git.run(repository, "ls-tree", "-z", "--long", tree)
    return [_entry(line, folder) for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]


def blob_size(repository: Path, id_: str) -> int | None:
    """Return how many bytes the blob has, or None if there is no such blob."""
    described = git.run(repository, "cat-file", "--batch-check", stdin=f"{id_}\n".encode()).decode().split()
    return int(described[2]) if described[1] == "blob" else None


def find(repository: Path, commit: str, path: str) -> Entry | None:
    """Return what `path` is in `commit`, or None."""
    raw = git.run(repository, "ls-tree", "-z", "--long", "--full-tree", commit, "--", path.strip("/"))
    found = [_entry(line, "") for line in raw.decode("utf-8", "surrogateescape").split("\0") if line]
    return found[0] if found else None


def _entry(line: str, folder: str) -> Entry:
    facts, name = line.split("\t", 1)
    mode, kind, id_, size = facts.split()
    return Entry(mode, kind, id_, 0 if size == "-" else int(size), f"{folder}/{name}" if folder else name)
