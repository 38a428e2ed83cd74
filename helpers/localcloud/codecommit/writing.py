"""Turns the requests of CreateCommit, PutFile and DeleteFile into changes, and refuses what AWS refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..service import ServiceError
from . import git, names, trees
from .commits import KEEPER, Author, Changes

MAX_FILE = 6 * 1024 * 1024
MAX_ENTRIES = 100


def parent_of(repository: Path, branch: str, given: str | None) -> str | None:
    """Return the commit to build on: the tip of `branch`, which the caller has to name if there is one."""
    refs = git.refs(repository)
    tip = refs.get(f"refs/heads/{branch}")
    if tip is None:
        if f"refs/tags/{branch}" in refs:
            raise ServiceError("BranchNameIsTagNameException", f"{branch} is a tag; name a branch to commit to")
        if given:
            raise ServiceError("BranchDoesNotExistException", f"Branch {branch} does not exist")
        if refs:
            raise ServiceError("BranchDoesNotExistException", f"Branch {branch} does not exist; CreateBranch makes it")
        return None
    if not given:
        raise ServiceError(
            "ParentCommitIdRequiredException",
            f"The branch {branch} has commits: name its tip {tip} as parentCommitId.",
        )
    given = names.check_id(given, "InvalidParentCommitIdException")
    if git.resolve(repository, given) is None:
        raise ServiceError("ParentCommitDoesNotExistException", f"The parent commit {given} does not exist")
    if given != tip:
        raise ServiceError(
            "ParentCommitIdOutdatedException",
            f"The branch {branch} is at {tip}, not at {given}. Read its tip and try again.",
        )
    return tip


def author(request: dict[str, Any], name_key: str, default: str, when: Any) -> Author:
    """Return who commits; without a name it is the account."""
    name = request.get(name_key) or default
    message = request.get("commitMessage") or "No commit message was provided."
    return Author(name, request.get("email") or f"{name}@workbook.invalid", message, when)


def changes_of(repository: Path, parent: str | None, request: dict[str, Any]) -> Changes:
    """Return the changes that a CreateCommit asks for. Raises the API's errors for entries that make no sense."""
    puts, deletes = request.get("putFiles", []), request.get("deleteFiles", [])
    modes = request.get("setFileModes", [])
    _check_counts([entry["filePath"] for entry in (*puts, *deletes, *modes)])
    changes = Changes(keep_folders=request.get("keepEmptyFolders", False))
    for entry in puts:
        content, source = _content(repository, parent, entry)
        changes.put[names.clean_path(entry["filePath"])] = (entry.get("fileMode", "NORMAL"), content)
        if source:
            changes.delete.append(source)
    changes.delete += [names.clean_path(entry["filePath"]) for entry in deletes]
    changes.modes = {names.clean_path(entry["filePath"]): entry["fileMode"] for entry in modes}
    return changes


def _check_counts(paths: list[str]) -> None:
    if not paths:
        raise ServiceError("FileEntryRequiredException", "A commit needs at least one file to put, delete or change")
    if len(paths) > MAX_ENTRIES:
        raise ServiceError(
            "MaximumFileEntriesExceededException",
            f"A commit takes at most {MAX_ENTRIES} files by this call and got {len(paths)}; push with git instead.",
        )
    if len(set(paths)) < len(paths):
        raise ServiceError("SamePathRequestException", "A path is named more than once in the commit")


def _content(repository: Path, parent: str | None, entry: dict[str, Any]) -> tuple[bytes, str | None]:
    source = entry.get("sourceFile")
    if source and "fileContent" in entry:
        raise ServiceError("FileContentAndSourceFileSpecifiedException", f"{entry['filePath']}: content or source?")
    if source:
        path = names.clean_path(source["filePath"])
        if path.rpartition("/")[2] == KEEPER:
            raise ServiceError("RestrictedSourceFileException", f"{path} keeps its folder and is not copied or moved")
        found = trees.find(repository, parent, path) if parent else None
        if found is None:
            raise ServiceError("FileDoesNotExistException", f"{path} does not exist in this branch")
        return git.run(repository, "cat-file", "blob", found.id), path if source.get("isMove") else None
    if "fileContent" not in entry:
        raise ServiceError("SourceFileOrContentRequiredException", f"{entry['filePath']} has no content")
    return check_size(entry["filePath"], entry["fileContent"]), None


def check_size(path: str, content: bytes) -> bytes:
    """Return `content`. Raises FileContentSizeLimitExceededException above 6 MB (AWS's limit for the API)."""
    if len(content) > MAX_FILE:
        raise ServiceError(
            "FileContentSizeLimitExceededException",
            f"{path} has {len(content)} bytes; the API takes at most {MAX_FILE}. Push it with git instead.",
        )
    return content
