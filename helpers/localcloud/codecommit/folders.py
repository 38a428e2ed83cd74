"""What lies in a folder of a commit, in the form of GetFolder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..service import ServiceError
from . import git, trees


def describe(repository: Path, commit: str, folder: str) -> dict[str, Any]:
    """Return the folder ("" is the root) with its contents. Raises FolderDoesNotExistException."""
    if folder:
        found = trees.find(repository, commit, folder)
        tree = found.id if found and found.kind == "tree" else None
    else:
        tree = git.text(repository, "rev-parse", f"{commit}^{{tree}}")
    if tree is None:
        raise ServiceError("FolderDoesNotExistException", f"{folder} is not a folder of {commit}")
    return {"commitId": commit, "folderPath": folder, "treeId": tree, **_contents(repository, tree, folder)}


def _contents(repository: Path, tree: str, folder: str) -> dict[str, Any]:
    contents: dict[str, Any] = {"subFolders": [], "files": [], "symbolicLinks": [], "subModules": []}
    for entry in trees.entries(repository, tree, folder):
        names = {"absolutePath": entry.path, "relativePath": entry.path.removeprefix(f"{folder}/")}
        if entry.kind == "tree":
            contents["subFolders"].append({"treeId": entry.id, **names})
        elif entry.kind == "commit":
            contents["subModules"].append({"commitId": entry.id, **names})
        else:
            kind = "symbolicLinks" if entry.file_mode == "SYMLINK" else "files"
            contents[kind].append({"blobId": entry.id, "fileMode": entry.file_mode, **names})
    return contents
