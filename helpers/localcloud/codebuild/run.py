"""Runs one build from its source to its artifacts.

The order of phases and what a failure leads to:
https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

from ..cloud import Cloud
from ..runtime import processes
from ..runtime.environment import OWNER, clean_environment
from ..scope import Scope
from ..workers import Job
from . import artifacts, buildspec, documents, limits, sources
from .buildspec import Buildspec, BuildspecError
from .logs import BuildLog
from .model import Artifact, Build
from .record import Recorder
from .shell import Shell
from .variables import VariableError, Variables

log = logging.getLogger(__name__)

# The phases whose failure ends the build unless they say CONTINUE. That CONTINUE leads to the next phase but leaves the
# build FAILED is an assumption: AWS does not say.
_ENDING = ("install", "pre_build")
_ENDED = {limits.STOPPED: ("STOPPED", "Build was stopped."), limits.TIMED_OUT: ("TIMED_OUT", "Build timed out.")}


class PhaseFailed(Exception):
    """A phase ended badly: the API's status code for its context, and what happened."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BuildRun:
    """One run; a build is never run twice."""

    def __init__(self, cloud: Cloud, scope: Scope, recorder: Recorder, job: Job) -> None:
        self._cloud, self._scope, self._recorder = cloud, scope, recorder
        self._build: Build = recorder.build
        self._owner = documents.arn(scope, recorder.build)
        self._work = cloud.home / "codebuild" / scope.account / scope.region / self._build.id
        self._variables = Variables(cloud, scope)
        self._variables.secrets.add(cloud.credentials(scope.account)[1])
        self._shell: Shell | None = None
        self._failed = False
        group, stream = documents.log_names(self._build)
        self._log = BuildLog(cloud.client("logs", scope), group, stream, documents.log_enabled(self._build))
        minutes = float(self._build.settings.get("timeoutInMinutes", 60))
        self._limits = limits.Limits(cloud, job, minutes, self._kill)

    def execute(self) -> None:
        """Run all phases and record the outcome; on the cloud's end leave the record as it is."""
        try:
            self._phases()
        except Exception:
            log.exception("The build %s met a fault of ours", self._build.key)
            self._recorder.leave("FAULT", "INTERNAL_ERROR", "The local cloud failed; its log has the reason.")
            self._failed = True
        finally:
            self._clear()
        if self._limits.verdict != limits.CLOSING:
            self._recorder.finish(self._status())

    def _phases(self) -> None:
        for name in ("SUBMITTED", "QUEUED", "PROVISIONING"):
            self._recorder.enter(name)
            self._recorder.leave()
        spec = self._download()
        if spec and self._commands(spec) and not self._limits.verdict:
            self._upload(spec)
        if self._limits.verdict != limits.CLOSING:
            self._recorder.enter("FINALIZING")
            self._log.close()
            self._recorder.leave()

    def _status(self) -> str:
        if self._limits.verdict:
            return _ENDED[self._limits.verdict][0]
        faults = [phase for phase in self._build.phases if phase.status == "FAULT"]
        return "FAULT" if faults else "FAILED" if self._failed else "SUCCEEDED"

    # DOWNLOAD_SOURCE: the source, the buildspec in it, and the variables

    def _download(self) -> Buildspec | None:
        self._recorder.enter("DOWNLOAD_SOURCE")
        failure, spec = None, None
        try:
            self._fetch()
            spec = buildspec.parse(self._buildspec_text())
            self._variables.load(self._build, spec)
        except BuildspecError as error:
            failure = PhaseFailed("YAML_FILE_ERROR", f"The buildspec cannot be used. {error}")
        except (sources.SourceError, VariableError, OSError) as error:
            failure = PhaseFailed("CLIENT_ERROR", str(error))
        self._end_phase(failure)
        return None if failure or self._limits.verdict else spec

    def _fetch(self) -> None:
        settings = self._build.settings
        self._build.resolved_version = sources.fetch(
            self._cloud, self._scope, settings["source"], self._build.source_version, self._source_folder(), self._owner
        )
        versions = {v["sourceIdentifier"]: v["sourceVersion"] for v in settings.get("secondarySourceVersions", [])}
        for source in settings.get("secondarySources", []):
            identifier = source["sourceIdentifier"]
            folder = self._source_folder(identifier)
            sources.fetch(self._cloud, self._scope, source, versions.get(identifier, ""), folder, self._owner)

    def _source_folder(self, identifier: str = "src") -> Path:
        return self._work / "sources" / identifier

    def _buildspec_text(self) -> str:
        given = self._build.settings["source"].get("buildspec") or "buildspec.yml"
        if "\n" in given or given.lstrip().startswith(("version", "{")):
            return str(given)
        path = (self._source_folder() / given).resolve()
        if not path.is_relative_to(self._source_folder().resolve()) or not path.is_file():
            raise BuildspecError(f"The source has no {given}; it must be at that path, or name another in the project.")
        return path.read_text(encoding="utf-8", errors="replace")

    # INSTALL to POST_BUILD

    def _commands(self, spec: Buildspec) -> bool:
        """Run the phases of commands; return whether the upload is to be attempted."""
        self._open_shell(spec)
        assert self._shell is not None
        for name in buildspec.PHASES:
            phase = spec.phases.get(name, buildspec.Phase())
            succeeded = self._phase(name.upper(), phase)
            if self._limits.verdict:
                return False
            if not succeeded:
                self._shell.set("CODEBUILD_BUILD_SUCCEEDING", "0")
                if phase.on_failure == "ABORT" or (name in _ENDING and phase.on_failure != "CONTINUE"):
                    return False
        self._build.exported = self._shell.get([name for name in spec.exported if self._variables.exportable(name)])
        return True

    def _open_shell(self, spec: Buildspec) -> None:
        environment = {
            **clean_environment(self._owner, self._work),
            **self._cloud.environment(self._scope),
            **self._own_variables(),
            **self._variables.values,
            OWNER: self._owner,
        }
        folders = (self._source_folder(), self._work)
        self._shell = Shell(spec.shell, *folders, environment, self._owner, self._line, self._note)
        if self._limits.verdict:
            self._shell.kill()  # the verdict came while there was no shell to kill

    def _note(self, leader: processes.Leader) -> None:
        """Should the local cloud die, the next one finds the shell and its session by this."""
        self._build.leaders.append(leader)
        self._recorder.save()

    def _phase(self, name: str, phase: buildspec.Phase) -> bool:
        self._recorder.enter(name)
        self._log.say(f"Entering phase {name}")
        failure = self._run_all(phase.commands)
        if not self._limits.verdict:
            afterwards = self._run_all(phase.finally_)
            failure = failure or afterwards
        self._end_phase(failure)
        return failure is None

    def _run_all(self, commands: list[str]) -> PhaseFailed | None:
        assert self._shell is not None
        for command in commands:
            self._log.say(f"Running command {self._variables.mask(command)}")
            status = self._shell.run(command)
            if self._limits.verdict:
                return None
            if status:
                message = f"Error while executing command: {command}. Reason: exit status {status}"
                return PhaseFailed("COMMAND_EXECUTION_ERROR", self._variables.mask(message))
        return None

    def _own_variables(self) -> dict[str, str]:
        """https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html"""
        build, settings = self._build, self._build.settings
        group, stream = documents.log_names(build)
        own = {
            "CODEBUILD_BUILD_ARN": documents.arn(self._scope, build),
            "CODEBUILD_BUILD_ID": build.key,
            "CODEBUILD_BUILD_IMAGE": settings["environment"]["image"],
            "CODEBUILD_BUILD_NUMBER": str(build.number),
            "CODEBUILD_BUILD_SUCCEEDING": "1",
            "CODEBUILD_INITIATOR": build.initiator,
            "CODEBUILD_LOG_PATH": f"{group}:{stream}",
            "CODEBUILD_PROJECT_ARN": self._scope.arn("codebuild", f"project/{build.project}"),
            "CODEBUILD_RESOLVED_SOURCE_VERSION": build.resolved_version,
            "CODEBUILD_SOURCE_REPO_URL": settings["source"].get("location", ""),
            "CODEBUILD_SOURCE_VERSION": build.source_version,
            "CODEBUILD_SRC_DIR": str(self._source_folder()),
            "CODEBUILD_START_TIME": str(int(build.started.timestamp() * 1000)),
        }
        for source in settings.get("secondarySources", []):
            identifier = source["sourceIdentifier"]
            own[f"CODEBUILD_SRC_DIR_{identifier}"] = str(self._source_folder(identifier))
        return own

    # UPLOAD_ARTIFACTS

    def _upload(self, spec: Buildspec) -> None:
        self._recorder.enter("UPLOAD_ARTIFACTS")
        failure = None
        try:
            settings = self._build.settings
            if settings["artifacts"]["type"] != "NO_ARTIFACTS":
                self._build.artifact = self._put(settings["artifacts"], spec.artifacts)
            for target in settings.get("secondaryArtifacts", []):
                own = spec.secondary_artifacts.get(target["artifactIdentifier"])
                self._build.secondary_artifacts.append(self._put(target, own))
        except artifacts.ArtifactError as error:
            failure = PhaseFailed("CLIENT_ERROR", str(error))
            self._failed = True
        self._end_phase(failure)

    def _put(self, target: dict[str, Any], own: buildspec.Artifacts | None) -> Artifact:
        if own is None:
            what = target.get("artifactIdentifier") or "the primary one"
            raise artifacts.ArtifactError(f"the project wants an artifact ({what}) that the buildspec does not declare")
        files = artifacts.collect(self._source_folder(), own)
        name = self._expand(own.name)
        s3 = self._cloud.client("s3", self._scope)
        return artifacts.upload(s3, files, target, self._build.key, name, self._work)

    def _expand(self, name: str) -> str:
        """An artifact's name may hold variables and `$(date ...)`: the shell knows them."""
        if not name or "$" not in name or self._shell is None:
            return name
        self._shell.run(f'WORKBOOK_NAME="{name}"')
        return self._shell.get(["WORKBOOK_NAME"]).get("WORKBOOK_NAME", name)

    # The end

    def _end_phase(self, failure: PhaseFailed | None) -> None:
        if self._limits.verdict == limits.CLOSING:
            return
        if self._limits.verdict:
            status, message = _ENDED[self._limits.verdict]
            self._recorder.leave(status, "BUILD_" + status, message)
        elif failure:
            self._failed = True
            self._recorder.leave("FAILED", failure.code, str(failure))
            self._log.say(f"Phase complete: {self._build.current_phase} State: FAILED")
            self._log.say(f"Phase context status code: {failure.code} Message: {failure}")
        else:
            self._recorder.leave()
            self._log.say(f"Phase complete: {self._build.current_phase} State: SUCCEEDED")

    def _line(self, line: str) -> None:
        self._log.write(self._variables.mask(line))

    def _kill(self) -> None:
        if self._shell:
            self._shell.kill()
        else:
            processes.end(self._owner)

    def _clear(self) -> None:
        self._limits.close()
        if self._shell:
            self._shell.close()
        self._log.close()
        shutil.rmtree(self._work, ignore_errors=True)
