"""Runs git on a bare repository, away from everybody's configuration.

git itself rather than a library: clone and push need it anyway, and so both roads read and write the same way.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ..runtime.environment import git_environment

_LIMIT = 120
_ID = re.compile(r"[0-9a-f]{40}")
_EXPRESSION = re.compile(r"[~^:]|@\{|\.\.")


class GitError(RuntimeError):
    """git refused; the message is its own."""


def run(repository: Path, *arguments: str, stdin: bytes = b"", **variables: str) -> bytes:
    """Return what `git *arguments` prints in `repository`. Raises GitError if it fails."""
    try:
        done = subprocess.run(
            ["git", "--git-dir", str(repository), *arguments],
            input=stdin,
            capture_output=True,
            env=git_environment(**variables),
            timeout=_LIMIT,
            check=False,
        )
    except ValueError as error:
        # A NUL or half a surrogate pair, which no program can be given.
        raise GitError(str(error)) from None
    if done.returncode:
        raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed")
    return done.stdout


def text(repository: Path, *arguments: str) -> str:
    """Return what git prints, as text without the last line's end."""
    return run(repository, *arguments).decode("utf-8", "surrogateescape").rstrip("\n")


def create(path: Path) -> None:
    """Make a bare repository at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    done = subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(new)],
        capture_output=True,
        env=git_environment(),
        timeout=_LIMIT,
        check=False,
    )
    if done.returncode:
        raise GitError(done.stderr.decode(errors="replace").strip())
    run(new, "config", "http.receivepack", "true")
    # Without these a push could leave work to a detached process that outlives the local cloud.
    run(new, "config", "gc.auto", "0")
    run(new, "config", "receive.autogc", "false")
    new.rename(path)


def refs(repository: Path) -> dict[str, str]:
    """Return the object id of each branch and tag by its full name."""
    lines = text(repository, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags")
    return dict(line.split(" ") for line in lines.splitlines())


def resolve(repository: Path, specifier: str) -> str | None:
    """Return the commit that a branch, tag, full reference or full id names, or None. Branches come first.

    git itself also takes "main~1" and the beginning of an id, which CodeCommit does not.
    """
    candidates = [f"refs/heads/{specifier}", f"refs/tags/{specifier}"]
    if specifier == "HEAD" or specifier.startswith("refs/") or _ID.fullmatch(specifier):
        candidates.append(specifier)
    for candidate in candidates if not _EXPRESSION.search(specifier) else ():
        try:
            return text(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}")
        except GitError:
            continue
    return None
