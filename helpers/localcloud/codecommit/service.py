"""The operations of CodeCommit. https://docs.aws.amazon.com/codecommit/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from ..cloud import Cloud
from ..paging import page
from ..resource import Resource
from ..scope import Scope
from ..service import Message, Receive, Send, Service, ServiceError
from . import commits, differences, folders, git, names, smart_http, tags, trees, writing
from .model import Repository
from .repositories import Repositories

Request = dict[str, Any]
_MAX_BATCH = 100


class CodeCommit(Service):
    """Repositories, branches, commits and files; `git` itself is served below `/git/`."""

    service: ClassVar[str] = "codecommit"
    http_prefix: ClassVar[str] = "/git/"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._repositories = Repositories(cloud)
        self._http = smart_http.SmartHttp(cloud, self._repositories)

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        self._repositories.announce_all()

    def reset(self, account: str) -> None:
        self._repositories.forget(account)

    async def http(self, scope: Message, receive: Receive, send: Send) -> None:
        await self._http(scope, receive, send)

    # Repositories

    def create_repository(self, scope: Scope, request: Request) -> Request:
        checked = tags.merged({}, request.get("tags", {}))
        made = self._repositories.create(
            scope, request["repositoryName"], request.get("repositoryDescription", ""), checked
        )
        return {"repositoryMetadata": self._metadata(scope, made)}

    def get_repository(self, scope: Scope, request: Request) -> Request:
        found = self._repositories.find(scope, request["repositoryName"])
        return {"repositoryMetadata": self._metadata(scope, found)}

    def batch_get_repositories(self, scope: Scope, request: Request) -> Request:
        wanted = request["repositoryNames"]
        _check_batch(wanted, "MaximumRepositoryNamesExceededException")
        known = {repository.name: repository for repository in self._repositories.list(scope)}
        return {
            "repositories": [self._metadata(scope, known[name]) for name in wanted if name in known],
            "repositoriesNotFound": [name for name in wanted if name not in known],
        }

    def list_repositories(self, scope: Scope, request: Request) -> Request:
        found = self._repositories.list(scope)
        if request.get("sortBy") == "lastModifiedDate":
            found.sort(key=lambda repository: repository.modified)
        if request.get("order") == "descending":
            found.reverse()
        pairs = [{"repositoryName": found_.name, "repositoryId": found_.id} for found_ in found]
        items, token = page(pairs, request.get("nextToken"), 1000, "InvalidContinuationTokenException")
        return {"repositories": items, "nextToken": token}

    def delete_repository(self, scope: Scope, request: Request) -> Request:
        return {"repositoryId": self._repositories.delete(scope, request["repositoryName"])}

    def update_repository_name(self, scope: Scope, request: Request) -> Request:
        self._repositories.rename(scope, request["oldName"], request["newName"])
        return {}

    def update_repository_description(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            repository = self._repositories.find(scope, request["repositoryName"])
            repository.description = request.get("repositoryDescription", "")
            self._repositories.save(scope, repository)
        return {}

    # Branches

    def create_branch(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        branch = names.check_branch(request["branchName"])
        commit = names.check_id(request["commitId"], "InvalidCommitIdException")
        if git.resolve(path, commit) != commit:
            raise ServiceError("CommitDoesNotExistException", f"Commit {commit} does not exist")
        try:
            git.run(path, "update-ref", f"refs/heads/{branch}", commit, commits.ZERO)
        except git.GitError as error:
            if branch in _branches(path):
                raise ServiceError("BranchNameExistsException", f"Branch {branch} exists already") from None
            # Of "feature" and "feature/x" there can be only one: git keeps branches as folders and files.
            raise ServiceError("InvalidBranchNameException", f"{branch} cannot be made: {error}") from None
        self._repositories.announce(scope, request["repositoryName"])
        return {}

    def get_branch(self, scope: Scope, request: Request) -> Request:
        repository, path = self._open(scope, request)
        name = names.check_branch(request["branchName"]) if "branchName" in request else repository.default_branch or ""
        return {"branch": {"branchName": name, "commitId": _tip(path, name)}}

    def list_branches(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        items, token = page(
            sorted(_branches(path)), request.get("nextToken"), 1000, "InvalidContinuationTokenException"
        )
        return {"branches": items, "nextToken": token}

    def delete_branch(self, scope: Scope, request: Request) -> Request:
        repository, path = self._open(scope, request)
        name = names.check_branch(request["branchName"])
        if name == repository.default_branch:
            raise ServiceError(
                "DefaultBranchCannotBeDeletedException",
                f"{name} is the default branch of {repository.name}; make another one the default first.",
            )
        tip = _branches(path).get(name)
        if tip is None:
            return {}
        git.run(path, "update-ref", "-d", f"refs/heads/{name}")
        self._repositories.announce(scope, repository.name)
        return {"deletedBranch": {"branchName": name, "commitId": tip}}

    def update_default_branch(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            repository, path = self._open(scope, request)
            _tip(path, names.check_branch(request["defaultBranchName"]))
            repository.default_branch = request["defaultBranchName"]
            git.run(path, "symbolic-ref", "HEAD", f"refs/heads/{repository.default_branch}")
            self._repositories.save(scope, repository)
        return {}

    # Commits and files

    def get_commit(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        commit = names.check_id(request["commitId"], "InvalidCommitIdException")
        if git.resolve(path, commit) != commit:
            raise ServiceError("CommitIdDoesNotExistException", f"Commit {commit} does not exist")
        return {"commit": commits.describe(path, commit)}

    def batch_get_commits(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        _check_batch(request["commitIds"], "CommitIdsLimitExceededException")
        found, errors = [], []
        for id_ in request["commitIds"]:
            if git.resolve(path, id_) == id_:
                found.append(commits.describe(path, id_))
            else:
                message = f"Commit {id_} does not exist"
                errors.append({"commitId": id_, "errorCode": "CommitIdDoesNotExistException", "errorMessage": message})
        return {"commits": found, "errors": errors}

    def get_file(self, scope: Scope, request: Request) -> Request:
        repository, path = self._open(scope, request)
        file = names.clean_path(request["filePath"])
        commit = _commit(path, repository, request.get("commitSpecifier"))
        found = trees.find(path, commit, file)
        if found is None or found.kind != "blob":
            raise ServiceError("FileDoesNotExistException", f"{file} does not exist in {commit}")
        _check_readable(file, found.size)
        return {
            "commitId": commit, "blobId": found.id, "filePath": file, "fileMode": found.file_mode,
            "fileSize": found.size, "fileContent": git.run(path, "cat-file", "blob", found.id),
        }  # fmt: skip

    def get_blob(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        blob = names.check_id(request["blobId"], "InvalidBlobIdException")
        size = trees.blob_size(path, blob)
        if size is None:
            raise ServiceError("BlobIdDoesNotExistException", f"Blob {blob} does not exist")
        _check_readable(f"Blob {blob}", size)
        return {"content": git.run(path, "cat-file", "blob", blob)}

    def get_folder(self, scope: Scope, request: Request) -> Request:
        repository, path = self._open(scope, request)
        folder = names.clean_folder(request["folderPath"])
        return folders.describe(path, _commit(path, repository, request.get("commitSpecifier")), folder)

    def get_differences(self, scope: Scope, request: Request) -> Request:
        repository, path = self._open(scope, request)
        after = _commit(path, repository, request["afterCommitSpecifier"])
        given = request.get("beforeCommitSpecifier")
        before = _commit(path, repository, given) if given else trees.EMPTY_TREE
        paths = {side: request[f"{side}Path"] for side in ("before", "after") if request.get(f"{side}Path", "/") != "/"}
        size = request.get("MaxResults", 400)
        if size < 1:
            raise ServiceError("InvalidMaxResultsException", f"MaxResults is {size}; 1 or more was expected")
        found = differences.below(path, before, after, paths)
        items, token = page(found, request.get("NextToken"), size, "InvalidContinuationTokenException")
        return {"differences": items, "NextToken": token}

    def create_commit(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        branch = names.check_branch(request["branchName"])
        parent = writing.parent_of(path, branch, request.get("parentCommitId"))
        author = writing.author(request, "authorName", scope.account, self.cloud.clock.now())
        commit = commits.make(path, branch, parent, writing.changes_of(path, parent, request), author)
        self._repositories.announce(scope, request["repositoryName"])
        return {"commitId": commit, "treeId": git.text(path, "rev-parse", f"{commit}^{{tree}}"),
                **differences.summary(path, parent or trees.EMPTY_TREE, commit)}  # fmt: skip

    def put_file(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        file, content = names.clean_path(request["filePath"]), request["fileContent"]
        writing.check_size(file, content)
        parent = writing.parent_of(path, request["branchName"], request.get("parentCommitId"))
        changes = commits.Changes(put={file: (request.get("fileMode", "NORMAL"), content)})
        return self._commit_file(scope, request, path, parent, changes, file)

    def delete_file(self, scope: Scope, request: Request) -> Request:
        _, path = self._open(scope, request)
        file = names.clean_path(request["filePath"])
        parent = writing.parent_of(path, request["branchName"], request["parentCommitId"])
        changes = commits.Changes(delete=[file], keep_folders=request.get("keepEmptyFolders", False))
        return {**self._commit_file(scope, request, path, parent, changes, file),
                "filePath": file}  # fmt: skip

    def _commit_file(
        self, scope: Scope, request: Request, path: Path, parent: str | None, changes: commits.Changes, file: str
    ) -> Request:
        branch = names.check_branch(request["branchName"])
        author = writing.author(request, "name", scope.account, self.cloud.clock.now())
        try:
            commit = commits.make(path, branch, parent, changes, author)
        except ServiceError as error:
            if error.code != "NoChangeException":
                raise
            raise ServiceError("SameFileContentException", f"{file} has this very content already") from None
        self._repositories.announce(scope, request["repositoryName"])
        blob = trees.find(path, commit if changes.put else str(parent), file)
        tree = git.text(path, "rev-parse", f"{commit}^{{tree}}")
        return {"commitId": commit, "blobId": blob.id if blob else "", "treeId": tree}

    # Tags

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            repository = self._by_arn(scope, request["resourceArn"])
            repository.tags = tags.merged(repository.tags, request["tags"])
            self._repositories.save(scope, repository)
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            repository = self._by_arn(scope, request["resourceArn"])
            repository.tags = tags.without(repository.tags, request["tagKeys"])
            self._repositories.save(scope, repository)
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        return {"tags": self._by_arn(scope, request["resourceArn"]).tags}

    def _by_arn(self, scope: Scope, arn: str) -> Repository:
        prefix = scope.arn("codecommit", "")
        if not arn.startswith(prefix):
            raise ServiceError("InvalidResourceArnException", f"{arn} is not a repository of this account and region")
        return self._repositories.find(scope, arn.removeprefix(prefix))

    def _open(self, scope: Scope, request: Request) -> tuple[Repository, Path]:
        repository = self._repositories.find(scope, request.get("repositoryName", ""))
        return repository, self._repositories.path(scope, repository)

    def _metadata(self, scope: Scope, repository: Repository) -> Request:
        host = f"{scope.region}.amazonaws.com/v1/repos/{repository.name}"
        return {
            "accountId": scope.account,
            "repositoryId": repository.id,
            "repositoryName": repository.name,
            "repositoryDescription": repository.description or None,
            "defaultBranch": repository.default_branch,
            "lastModifiedDate": repository.modified,
            "creationDate": repository.created,
            "cloneUrlHttp": f"{self.cloud.endpoint}/git/{host}",
            "cloneUrlSsh": f"ssh://git-codecommit.{host}",
            "Arn": scope.arn("codecommit", repository.name),
        }


def _branches(path: Path) -> dict[str, str]:
    return {ref[11:]: id_ for ref, id_ in git.refs(path).items() if ref.startswith("refs/heads/")}


def _check_batch(items: list[str], error: str) -> None:
    if len(items) > _MAX_BATCH:
        raise ServiceError(error, f"One call takes at most {_MAX_BATCH} and got {len(items)}; ask in several.")


def _check_readable(what: str, size: int) -> None:
    if size > writing.MAX_FILE:
        raise ServiceError(
            "FileTooLargeException",
            f"{what} has {size} bytes; the API gives at most {writing.MAX_FILE}. Clone the repository to get it.",
        )


def _tip(path: Path, branch: str) -> str:
    tip = _branches(path).get(branch)
    if tip is None:
        raise ServiceError("BranchDoesNotExistException", f"Branch {branch or '(none yet)'} does not exist")
    return tip


def _commit(path: Path, repository: Repository, specifier: str | None) -> str:
    wanted = specifier or repository.default_branch or "HEAD"
    found = git.resolve(path, wanted)
    if found is None:
        raise ServiceError("CommitDoesNotExistException", f"Commit {wanted} does not exist")
    return found
