"""The operations of CodeBuild. https://docs.aws.amazon.com/codebuild/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..cloud import Cloud
from ..paging import page
from ..resource import Resource
from ..scope import Scope
from ..service import Service, ServiceError
from . import documents
from .builds import KIND, Builds
from .model import Build
from .projects import Projects

Request = dict[str, Any]
_PAGE = 100


class CodeBuild(Service):
    """Projects, and builds that run as processes of this machine."""

    service: ClassVar[str] = "codebuild"
    validation_error: ClassVar[str] = "InvalidInputException"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._projects = Projects(cloud)
        self._builds = Builds(cloud)

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        self.cloud.workers.register(KIND, self._builds.work)

    def reset(self, account: str) -> None:
        self._builds.forget(account)

    def create_project(self, scope: Scope, request: Request) -> Request:
        return {"project": documents.project(scope, self._projects.create(scope, request))}

    def update_project(self, scope: Scope, request: Request) -> Request:
        return {"project": documents.project(scope, self._projects.update(scope, request))}

    def delete_project(self, scope: Scope, request: Request) -> Request:
        self._projects.stored.delete(scope, request["name"])
        for build in self._of(scope, request["name"]):
            if build.complete:
                self._builds.stored.delete(scope, build.key)
        return {}

    def batch_get_projects(self, scope: Scope, request: Request) -> Request:
        names = [name.rpartition("project/")[2] for name in request["names"]]
        found = [project for name in names if (project := self._projects.stored.get(scope, name))]
        known = {project.name for project in found}
        return {
            "projects": [documents.project(scope, project) for project in found],
            "projectsNotFound": [name for name in names if name not in known],
        }

    def list_projects(self, scope: Scope, request: Request) -> Request:
        projects = list(self._projects.stored.list(scope))
        key = {"CREATED_TIME": "created", "LAST_MODIFIED_TIME": "modified"}.get(request.get("sortBy", ""), "name")
        projects.sort(key=lambda project: getattr(project, key), reverse=request.get("sortOrder") == "DESCENDING")
        names, token = page(
            [project.name for project in projects], request.get("nextToken"), _PAGE, "InvalidInputException"
        )
        return {"projects": names, "nextToken": token}

    def start_build(self, scope: Scope, request: Request) -> Request:
        # One transaction: a refused start counts no build, and two starts with one token are one build.
        with self.cloud.store.transaction():
            if started := self._builds.started_with(scope, request):
                return {"build": documents.build(scope, started)}
            project = self._projects.count_build(scope, request["projectName"])
            return {"build": documents.build(scope, self._builds.start(scope, project, request))}

    def retry_build(self, scope: Scope, request: Request) -> Request:
        old = self._find(scope, request["id"])
        again = {**request, "projectName": old.project, "sourceVersion": old.resolved_version or old.source_version}
        with self.cloud.store.transaction():
            if started := self._builds.started_with(scope, again):
                return {"build": documents.build(scope, started)}
            project = self._projects.count_build(scope, old.project)
            project.settings = old.settings
            return {"build": documents.build(scope, self._builds.start(scope, project, again))}

    def stop_build(self, scope: Scope, request: Request) -> Request:
        return {"build": documents.build(scope, self._builds.stop(scope, _key(request["id"])))}

    def batch_get_builds(self, scope: Scope, request: Request) -> Request:
        ids = request["ids"]
        found = {id_: build for id_ in ids if (build := self._builds.stored.get(scope, _key(id_)))}
        return {
            "builds": [documents.build(scope, build) for build in found.values()],
            "buildsNotFound": [id_ for id_ in ids if id_ not in found],
        }

    def batch_delete_builds(self, scope: Scope, request: Request) -> Request:
        deleted, kept = [], []
        for id_ in request["ids"]:
            build = self._builds.stored.get(scope, _key(id_))
            if build is None or not build.complete:
                kept.append({"id": id_, "statusCode": "BUILD_IN_PROGRESS" if build else "BUILD_NOT_FOUND"})
            else:
                self._builds.stored.delete(scope, build.key)
                deleted.append(id_)
        return {"buildsDeleted": deleted, "buildsNotDeleted": kept}

    def list_builds(self, scope: Scope, request: Request) -> Request:
        return self._list(list(self._builds.stored.list(scope)), request)

    def list_builds_for_project(self, scope: Scope, request: Request) -> Request:
        self._projects.find(scope, request["projectName"])
        return self._list(self._of(scope, request["projectName"]), request)

    def _list(self, builds: list[Build], request: Request) -> Request:
        """The newest first, unless asked otherwise."""
        builds.sort(key=lambda build: build.started, reverse=request.get("sortOrder") != "ASCENDING")
        ids, token = page([build.key for build in builds], request.get("nextToken"), _PAGE, "InvalidInputException")
        return {"ids": ids, "nextToken": token}

    def _of(self, scope: Scope, project: str) -> list[Build]:
        return list(self._builds.stored.list(scope, f"{project}:"))

    def _find(self, scope: Scope, id_: str) -> Build:
        build = self._builds.stored.get(scope, _key(id_))
        if build is None:
            raise ServiceError("ResourceNotFoundException", f"Build {id_} does not exist")
        return build


def _key(id_: str) -> str:
    """An id or an ARN names a build."""
    return id_.rpartition("build/")[2]
