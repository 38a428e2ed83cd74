"""Keeps projects and refuses those that cannot build."""

from __future__ import annotations

import re
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..service import ServiceError
from .model import Project

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}")
_SETTINGS = (
    "description", "source", "secondarySources", "sourceVersion", "secondarySourceVersions", "artifacts",
    "secondaryArtifacts", "cache", "environment", "serviceRole", "timeoutInMinutes", "queuedTimeoutInMinutes",
    "encryptionKey", "tags", "badgeEnabled", "logsConfig", "concurrentBuildLimit", "autoRetryLimit",
)  # fmt: skip
_SOURCES = ("CODECOMMIT", "S3", "CODEPIPELINE", "NO_SOURCE")


class Projects:
    """All projects of the local cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.stored = cloud.store.collection("codebuild.project", Project)

    def find(self, scope: Scope, name: str) -> Project:
        """Return the project. Raises ResourceNotFoundException."""
        found = self.stored.get(scope, name.rpartition("project/")[2])
        if found is None:
            raise ServiceError("ResourceNotFoundException", f"Project cannot be found: {name}")
        return found

    def create(self, scope: Scope, request: dict[str, Any]) -> Project:
        """Make a project. Raises InvalidInputException or ResourceAlreadyExistsException."""
        name = request["name"]
        if not _NAME.fullmatch(name):
            raise _invalid(f"'{name}' cannot name a project: 2 to 150 letters, digits, dashes and underscores.")
        settings = {key: request[key] for key in _SETTINGS if key in request}
        _check(settings)
        now = self._cloud.clock.now()
        project = Project(name, now, now, {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, **settings})
        with self._cloud.store.transaction():
            if self.stored.get(scope, name):
                raise ServiceError("ResourceAlreadyExistsException", f"Project already exists: {name}")
            self.stored.put(scope, name, project)
        return project

    def update(self, scope: Scope, request: dict[str, Any]) -> Project:
        """Change the settings that the request names. Raises as `create` does."""
        with self._cloud.store.transaction():
            project = self.find(scope, request["name"])
            settings = {**project.settings, **{key: request[key] for key in _SETTINGS if key in request}}
            _check(settings)
            project.settings, project.modified = settings, self._cloud.clock.now()
            self.stored.put(scope, project.name, project)
        return project

    def count_build(self, scope: Scope, name: str) -> Project:
        """Return the project with its number of builds raised by one."""
        with self._cloud.store.transaction():
            project = self.find(scope, name)
            project.builds += 1
            self.stored.put(scope, project.name, project)
        return project


def _check(settings: dict[str, Any]) -> None:
    # For projects alone: a pipeline starts builds that have no artifact.
    if (settings["source"]["type"] == "CODEPIPELINE") != (settings["artifacts"]["type"] == "CODEPIPELINE"):
        raise _invalid("Source and artifacts must both be CODEPIPELINE, or neither.")
    check_places(settings)
    _check_inline(settings["source"].get("buildspec", ""))
    check_variables(settings["environment"].get("environmentVariables", []))


def check_places(settings: dict[str, Any]) -> None:
    """Raise InvalidInputException if a source or an artifact of `settings` lacks what its type needs."""
    source, artifacts = settings["source"], settings["artifacts"]
    if source["type"] not in _SOURCES:
        raise _invalid(f"A source of type {source['type']} is not modelled; {', '.join(_SOURCES)} are.")
    if source["type"] in ("CODECOMMIT", "S3") and not source.get("location"):
        raise _invalid(f"A source of type {source['type']} needs a location.")
    if source["type"] == "NO_SOURCE" and not source.get("buildspec"):
        raise _invalid("A project without a source needs its buildspec in the project.")
    if artifacts["type"] == "S3" and not artifacts.get("location"):
        raise _invalid("Artifacts in S3 need a location: the name of the bucket.")
    for group, identifier in (("secondarySources", "sourceIdentifier"), ("secondaryArtifacts", "artifactIdentifier")):
        for place in settings.get(group, []):
            _check_secondary(place, group, identifier)


def _check_secondary(place: dict[str, Any], group: str, identifier: str) -> None:
    if not place.get(identifier):
        raise _invalid(f"Each of {group} needs {identifier}: its name in the buildspec and the build.")
    if not place.get("location") and place["type"] not in ("NO_SOURCE", "NO_ARTIFACTS", "CODEPIPELINE"):
        raise _invalid(f"{place[identifier]} of {group} is of type {place['type']} and needs a location.")


def check_variables(variables: list[dict[str, Any]], allowed: frozenset[str] = frozenset()) -> None:
    """Raise InvalidInputException if one of `variables` cannot be, or is CodeBuild's own and not `allowed`."""
    for variable in variables:
        if "=" in variable["name"] or "\0" in variable["name"] + variable["value"]:
            raise _invalid(f"No process can have the variable {variable['name']!r}: a name has no =, nothing a NUL.")
        if variable["name"].startswith("CODEBUILD_") and variable["name"] not in allowed:
            raise _invalid(f"The variable {variable['name']} is reserved: names in CODEBUILD_ are CodeBuild's own.")


def _check_inline(text: str) -> None:
    from . import buildspec

    if "\n" in text:
        try:
            buildspec.parse(text)
        except buildspec.BuildspecError as error:
            raise _invalid(f"The buildspec cannot be used. {error}") from None


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidInputException", message)
