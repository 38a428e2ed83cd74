"""Finds, makes and drops repositories, and announces what moved in them."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from . import git, names
from .model import Repository


class Repositories:
    """All repositories of the local cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._stored = cloud.store.collection("codecommit.repository", Repository)

    def path(self, scope: Scope, repository: Repository) -> Path:
        """Return where the bare repository lies: by its id, which no change of name touches.

        So a crash cannot come between the two, and names that differ in case only stay apart on every disk.
        """
        return self._cloud.home / "codecommit" / scope.account / scope.region / f"{repository.id}.git"

    def find(self, scope: Scope, name: str) -> Repository:
        """Return the repository. Raises RepositoryDoesNotExistException."""
        names.check_repository(name)
        found = self._stored.get(scope, name)
        if found is None:
            raise ServiceError("RepositoryDoesNotExistException", f"{name} does not exist")
        return found

    def list(self, scope: Scope) -> list[Repository]:
        """Return the repositories of the scope, by name."""
        return sorted(self._stored.list(scope), key=lambda repository: repository.name)

    def create(self, scope: Scope, name: str, description: str, tags: dict[str, str]) -> Repository:
        """Make an empty repository. Raises RepositoryNameExistsException."""
        names.check_repository(name)
        now = self._cloud.clock.now()
        made = Repository(name, str(uuid.uuid4()), now, now, description, tags=tags)
        with self._cloud.store.transaction():
            if self._stored.get(scope, name):
                raise ServiceError("RepositoryNameExistsException", f"Repository named {name} already exists")
            git.create(self.path(scope, made))
            self._stored.put(scope, name, made)
        return made

    def save(self, scope: Scope, repository: Repository) -> None:
        """Write changed metadata."""
        repository.modified = self._cloud.clock.now()
        self._stored.put(scope, repository.name, repository)

    def rename(self, scope: Scope, old: str, new: str) -> None:
        """Give a repository a new name."""
        names.check_repository(new)
        with self._cloud.store.transaction():
            repository = self.find(scope, old)
            if self._stored.get(scope, new):
                raise ServiceError("RepositoryNameExistsException", f"Repository named {new} already exists")
            self._stored.delete(scope, old)
            repository.name = new
            self.save(scope, repository)

    def delete(self, scope: Scope, name: str) -> str | None:
        """Drop a repository and its content; return its id, or None if there was none."""
        names.check_repository(name)
        with self._cloud.store.transaction():
            found = self._stored.get(scope, name)
            self._stored.delete(scope, name)
        if found is None:
            return None
        shutil.rmtree(self.path(scope, found), ignore_errors=True)
        return found.id

    def forget(self, account: str) -> None:
        """Drop the content of every repository of `account`."""
        shutil.rmtree(self._cloud.home / "codecommit" / account, ignore_errors=True)

    def announce_all(self) -> None:
        """Announce what moved without being announced: a crash came between git's work and ours."""
        for scope, name, _ in self._stored.everywhere():
            self.announce(scope, name)

    def announce(self, scope: Scope, name: str) -> None:
        """Emit one event for each ref that is not as it was last announced."""
        with self._cloud.store.transaction():
            repository = self._stored.get(scope, name)
            if repository is None or not (path := self.path(scope, repository)).is_dir():
                return
            now, before = git.refs(path), repository.announced
            if now == before:
                return
            repository.announced = now
            self._choose_default(path, repository)
            self.save(scope, repository)
            for ref in sorted(now.keys() | before.keys()):
                if now.get(ref) != before.get(ref):
                    self._emit(scope, repository, ref, before.get(ref), now.get(ref))

    def _choose_default(self, path: Path, repository: Repository) -> None:
        """The first branch that arrives becomes the default."""
        branches = [ref for ref in repository.announced if ref.startswith("refs/heads/")]
        if repository.default_branch is None and branches:
            chosen = "refs/heads/main" if "refs/heads/main" in branches else branches[0]
            repository.default_branch = chosen.removeprefix("refs/heads/")
            git.run(path, "symbolic-ref", "HEAD", chosen)

    def _emit(self, scope: Scope, repository: Repository, ref: str, before: str | None, after: str | None) -> None:
        event = "referenceDeleted" if after is None else "referenceCreated" if before is None else "referenceUpdated"
        kind, short = ("tag", ref[10:]) if ref.startswith("refs/tags/") else ("branch", ref[11:])
        detail: dict[str, Any] = {
            "event": event,
            "repositoryName": repository.name,
            "repositoryId": repository.id,
            "referenceType": kind,
            "referenceName": short,
            "referenceFullName": ref,
            "callerUserArn": f"arn:aws:iam::{scope.account}:root",
        }
        if after:
            detail["commitId"] = after
        if before:
            detail["oldCommitId"] = before
        self._cloud.events.emit(
            scope,
            "aws.codecommit",
            "CodeCommit Repository State Change",
            detail,
            [scope.arn("codecommit", repository.name)],
        )
