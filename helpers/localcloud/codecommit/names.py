"""What may name a repository, branch, commit, blob or path, each refused with the API's own error.

Patterns and codes: https://docs.aws.amazon.com/codecommit/latest/APIReference/ and the quotas of the user guide.
"""

from __future__ import annotations

import re

from ..service import ServiceError

_REPOSITORY = re.compile(r"[\w.\-]{1,100}", re.ASCII)
_ID = re.compile(r"[0-9a-fA-F]{40}")
# git-check-ref-format(1)
_BRANCH_WRONG = re.compile(r"[\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]|\.\.|@\{|//|/\.|\.lock(/|$)|^[-./]|^@$|[./]$")
_PATH_WRONG = re.compile(r"[\x00\ud800-\udfff]")


def check_repository(name: str) -> None:
    """Raise InvalidRepositoryNameException unless `name` may name a repository."""
    if not _REPOSITORY.fullmatch(name) or name.endswith(".git") or name in (".", ".."):
        raise ServiceError(
            "InvalidRepositoryNameException",
            f"'{name}' cannot name a repository: 1 to 100 letters, digits, periods, underscores and dashes,"
            " not ending in .git.",
        )


def check_branch(name: str) -> str:
    """Return `name`. Raises InvalidBranchNameException for what git does not take as a branch."""
    if not name or len(name) > 256 or _BRANCH_WRONG.search(name):
        raise ServiceError(
            "InvalidBranchNameException",
            f"'{name}' cannot name a branch: 1 to 256 characters in parts that are separated by slashes, without"
            " spaces, '..', or any of ~^:?*[\\.",
        )
    return name


def check_id(id_: str, error: str) -> str:
    """Return `id_` in lower case. Raises ServiceError with code `error` unless it is a full id of git."""
    if not _ID.fullmatch(id_):
        raise ServiceError(error, f"'{id_}' is not a full id: 40 hexadecimal digits were expected")
    return id_.lower()


def clean_folder(path: str) -> str:
    """Return the folder from the root ("" is the root itself). Raises InvalidPathException if it leads elsewhere."""
    return clean_path(path) if path.strip("/") else ""


def clean_path(path: str) -> str:
    """Return `path` from the root. Raises InvalidPathException for one that leads elsewhere."""
    cleaned = path.strip("/")
    parts = cleaned.split("/")
    unsafe = any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)
    if unsafe or len(cleaned) > 4096 or _PATH_WRONG.search(cleaned):
        raise ServiceError("InvalidPathException", f"{path!r} is not a path inside a repository")
    return cleaned
