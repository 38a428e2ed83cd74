"""Reads commits, and makes them without a working copy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..service import ServiceError
from . import git, trees

MODE_NUMBERS = {name: number for number, name in trees.MODES.items()}
ZERO = "0" * 40
KEEPER = ".gitkeep"


@dataclass
class Changes:
    """What a commit changes: content by path (with its mode), paths that go, modes that change; and whether a folder
    that thereby loses its last file stays, by a `.gitkeep` in it."""

    put: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    delete: list[str] = field(default_factory=list)
    modes: dict[str, str] = field(default_factory=dict)
    keep_folders: bool = False


@dataclass(frozen=True)
class Author:
    """Who commits, when and why."""

    name: str
    email: str
    message: str
    when: datetime


def describe(repository: Path, commit: str) -> dict[str, Any]:
    """Return a commit in the form of GetCommit."""
    form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B"
    shown = git.text(repository, "show", "--no-patch", "--date=raw", f"--format={form}", commit).split("\0", 9)
    id_, tree, parents, *people, message = shown
    return {
        "commitId": id_,
        "treeId": tree,
        "parents": parents.split(),
        "message": message,
        "author": dict(zip(("name", "email", "date"), people[:3], strict=True)),
        "committer": dict(zip(("name", "email", "date"), people[3:], strict=True)),
        "additionalData": "",
    }


def make(repository: Path, branch: str, parent: str | None, changes: Changes, author: Author) -> str:
    """Commit `changes` onto `parent` and move `branch` there; return the commit's id.

    Raises NoChangeException, the API's path conflicts, or ParentCommitIdOutdatedException if the branch moved
    meanwhile: of two writers with the same parent one wins.
    """
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        index = str(Path(folder) / "index")
        if parent:
            git.run(repository, "read-tree", parent, GIT_INDEX_FILE=index)
        _apply(repository, index, changes)
        tree = git.run(repository, "write-tree", GIT_INDEX_FILE=index).decode().strip()
    if parent and tree == git.text(repository, "rev-parse", f"{parent}^{{tree}}"):
        raise ServiceError("NoChangeException", "The commit would change nothing: all content is as it was.")
    commit = _commit_tree(repository, tree, parent, author)
    try:
        git.run(repository, "update-ref", f"refs/heads/{branch}", commit, parent or ZERO)
    except git.GitError:
        raise ServiceError(
            "ParentCommitIdOutdatedException",
            f"The branch {branch} has moved on since {parent or 'it was empty'}. Read its tip and try again.",
        ) from None
    return commit


def _apply(repository: Path, index: str, changes: Changes) -> None:
    present = _present(repository, index)
    lines: list[str] = []
    for path in changes.delete:
        _check_present(path, present)
        lines.append(f"0 {ZERO}\t{path}")
        del present[path]
    for path, mode in changes.modes.items():
        _check_present(path, present)
        lines.append(f"{MODE_NUMBERS[mode]} {present[path]}\t{path}")
    for path, (mode, content) in changes.put.items():
        _check_conflict(path, present)
        present[path] = _write_blob(repository, content)
        lines.append(f"{MODE_NUMBERS[mode]} {present[path]}\t{path}")
    for path in _keepers(changes, present):
        lines.append(f"{MODE_NUMBERS['NORMAL']} {_write_blob(repository, b'')}\t{path}")
    listing = "".join(f"{line}\0" for line in lines).encode("utf-8", "surrogateescape")
    git.run(repository, "update-index", "-z", "--index-info", stdin=listing, GIT_INDEX_FILE=index)
    # git leaves out without failing what some system would take for ".git", such as "git~1".
    if left_out := changes.put.keys() - _present(repository, index).keys():
        raise ServiceError("InvalidPathException", f"{min(left_out)} is a path that git refuses to hold")


def _write_blob(repository: Path, content: bytes) -> str:
    return git.run(repository, "hash-object", "-w", "--stdin", stdin=content).decode().strip()


def _keepers(changes: Changes, present: dict[str, str]) -> set[str]:
    """Return the `.gitkeep` files that stand in for the last files of folders."""
    if not changes.keep_folders:
        return set()
    gone = [path.rpartition("/") for path in changes.delete]
    folders = {folder for folder, _, name in gone if folder and name != KEEPER}
    return {f"{folder}/{KEEPER}" for folder in folders if not any(path.startswith(f"{folder}/") for path in present)}


def _check_present(path: str, present: dict[str, str]) -> None:
    if path not in present:
        raise ServiceError("FileDoesNotExistException", f"{path} does not exist in this branch")


def _present(repository: Path, index: str) -> dict[str, str]:
    raw = git.run(repository, "ls-files", "--stage", "-z", GIT_INDEX_FILE=index)
    lines = raw.decode("utf-8", "surrogateescape").split("\0")
    return {path: facts.split()[1] for facts, _, path in (line.partition("\t") for line in lines if line)}


def _check_conflict(path: str, present: dict[str, str]) -> None:
    if any(other.startswith(f"{path}/") for other in present):
        raise ServiceError("FileNameConflictsWithDirectoryNameException", f"{path} is a folder in this branch")
    parts = path.split("/")
    for depth in range(1, len(parts)):
        if "/".join(parts[:depth]) in present:
            raise ServiceError(
                "DirectoryNameConflictsWithFileNameException",
                f"{'/'.join(parts[:depth])} is a file in this branch, so {path} cannot be below it",
            )


def _commit_tree(repository: Path, tree: str, parent: str | None, author: Author) -> str:
    date = f"{int(author.when.timestamp())} +0000"
    variables = {
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.email,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": author.name,
        "GIT_COMMITTER_EMAIL": author.email,
        "GIT_COMMITTER_DATE": date,
    }
    parents = ["-p", parent] if parent else []
    message = author.message.encode("utf-8", "replace")
    try:
        return git.run(repository, "commit-tree", tree, *parents, stdin=message, **variables).decode().strip()
    except git.GitError as error:
        raise ServiceError("ValidationException", f"git refuses this author or message: {error}") from None
