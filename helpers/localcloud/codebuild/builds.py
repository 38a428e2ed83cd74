"""Starts builds, keeps them, and mends what a crash left."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import uuid
from typing import Any

from ..cloud import Cloud
from ..runtime import processes
from ..scope import Scope
from ..service import ServiceError
from ..workers import Job
from . import announce, documents, model, projects
from .model import Build, Project
from .record import Recorder

KIND = "codebuild.build"
_INITIATOR = "CODEBUILD_INITIATOR"

# Overrides of StartBuild that replace a setting of the project as a whole, or one member of it.
_WHOLE = {
    "secondarySourcesOverride": "secondarySources",
    "secondarySourcesVersionOverride": "secondarySourceVersions",
    "artifactsOverride": "artifacts",
    "secondaryArtifactsOverride": "secondaryArtifacts",
    "serviceRoleOverride": "serviceRole",
    "timeoutInMinutesOverride": "timeoutInMinutes",
    "queuedTimeoutInMinutesOverride": "queuedTimeoutInMinutes",
    "cacheOverride": "cache",
    "logsConfigOverride": "logsConfig",
}
_MEMBERS = {
    "sourceTypeOverride": ("source", "type"),
    "sourceLocationOverride": ("source", "location"),
    "buildspecOverride": ("source", "buildspec"),
    "environmentTypeOverride": ("environment", "type"),
    "imageOverride": ("environment", "image"),
    "computeTypeOverride": ("environment", "computeType"),
    "privilegedModeOverride": ("environment", "privilegedMode"),
}


class Builds:
    """All builds of the local cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.stored = cloud.store.collection("codebuild.build", Build)

    def start(self, scope: Scope, project: Project, request: dict[str, Any]) -> Build:
        """Record a build of `project` with the overrides of `request`, and begin it."""
        projects.check_variables(request.get("environmentVariablesOverride", []), frozenset({_INITIATOR}))
        settings = _settings(project, request)
        if _lacks_pipeline(settings):
            raise ServiceError(
                "InvalidInputException",
                f"Source or artifacts of {project.name} are CODEPIPELINE: only a pipeline can start it. Override source"
                " and artifacts to build by hand.",
            )
        projects.check_places(settings)
        build = Build(
            id=str(uuid.uuid4()),
            project=project.name,
            number=project.builds,
            started=self._cloud.clock.now(),
            settings=settings,
            initiator=_initiator(settings) or f"root/{scope.account}",
            token=request.get("idempotencyToken", ""),
            request=_digest(request),
            source_version=request.get("sourceVersion") or settings.get("sourceVersion", ""),
        )
        with self._cloud.store.transaction():
            self.stored.put(scope, build.key, build)
            announce.state_change(self._cloud, scope, build)
            self._cloud.workers.start(KIND, scope, build.key)
        return build

    def started_with(self, scope: Scope, request: dict[str, Any]) -> Build | None:
        """Return the build that an earlier call with the same idempotency token started.

        Raises InvalidInputException if that call asked for something else.
        """
        token, project = request.get("idempotencyToken"), request["projectName"]
        if not token:
            return None
        builds = self.stored.list(scope, f"{project}:")
        same = next((build for build in builds if build.token == token), None)
        if same and same.request != _digest(request):
            raise ServiceError(
                "InvalidInputException",
                f"The idempotency token {token} was used with other parameters; use a new one for a new build.",
            )
        return same

    def stop(self, scope: Scope, key: str) -> Build:
        """Note that a build is to stop and tell its worker. Raises ResourceNotFoundException."""
        with self._cloud.store.transaction():
            build = self.stored.get(scope, key)
            if build is None:
                raise ServiceError("ResourceNotFoundException", f"Build {key} does not exist")
            if not build.complete:
                build.stop_requested = True
                self.stored.put(scope, key, build)
        self._cloud.workers.stop(KIND, scope, key)
        return build

    def work(self, job: Job) -> None:
        """Run the build of `job`, or end one that was running when the local cloud died."""
        build = self.stored.get(job.scope, job.key)
        if build is None or build.complete:
            return
        recorder = Recorder(self._cloud, job.scope, self.stored, build)
        if build.stop_requested:
            job.stop.set()
        if job.resumed and build.phases:
            self._interrupted(job.scope, recorder)
        else:
            # Loaded with the first build: what runs one is a tenth of the local cloud's code.
            from .run import BuildRun

            BuildRun(self._cloud, job.scope, recorder, job).execute()

    def _interrupted(self, scope: Scope, recorder: Recorder) -> None:
        """A build cannot go on in the middle of a command; AWS ends a build whose host is lost as a fault, too."""
        build = recorder.build
        processes.end(documents.arn(scope, build), build.leaders)
        work = self._cloud.home / "codebuild" / scope.account / scope.region / build.id
        shutil.rmtree(work, ignore_errors=True)
        status = "STOPPED" if build.stop_requested else "FAULT"
        if build.phases[-1].end is not None:
            recorder.enter(model.PHASES[model.PHASES.index(build.phases[-1].type) + 1])
        recorder.leave(status, "INTERNAL_ERROR", "The local cloud was stopped while this build ran; start it again.")
        recorder.finish(status)

    def forget(self, account: str) -> None:
        """Drop what the builds of `account` left on disk."""
        shutil.rmtree(self._cloud.home / "codebuild" / account, ignore_errors=True)


def _digest(request: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()


def _settings(project: Project, request: dict[str, Any]) -> dict[str, Any]:
    settings = copy.deepcopy(project.settings)
    for override, (group, member) in _MEMBERS.items():
        if override in request:
            settings[group][member] = request[override]
    for override, name in _WHOLE.items():
        if override in request:
            settings[name] = request[override]
    variables = settings["environment"].get("environmentVariables", [])
    overridden = request.get("environmentVariablesOverride", [])
    names = {variable["name"] for variable in overridden}
    kept = [variable for variable in variables if variable["name"] not in names]
    settings["environment"]["environmentVariables"] = [*kept, *overridden]
    return settings


def _lacks_pipeline(settings: dict[str, Any]) -> bool:
    """Return whether something is the pipeline's, but no pipeline has said where it is."""
    source, artifacts = settings["source"], settings["artifacts"]
    without_source = source["type"] == "CODEPIPELINE" and not source.get("location")
    without_place = artifacts["type"] == "CODEPIPELINE" and not (artifacts.get("location") and artifacts.get("path"))
    return without_source or without_place


def _initiator(settings: dict[str, Any]) -> str:
    """A pipeline says who it is in a reserved variable, which is CodeBuild's own and no setting of the build."""
    variables = settings["environment"]["environmentVariables"]
    found = [variable["value"] for variable in variables if variable["name"] == _INITIATOR]
    settings["environment"]["environmentVariables"] = [v for v in variables if v["name"] != _INITIATOR]
    return str(found[0]) if found else ""
