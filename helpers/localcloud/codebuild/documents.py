"""Shows stored projects and builds in the forms of the API."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from .model import Artifact, Build, PhaseRecord, Project

Document = dict[str, Any]


def project(scope: Scope, found: Project) -> Document:
    """Return the API shape Project."""
    return {
        **found.settings,
        "name": found.name,
        "arn": scope.arn("codebuild", f"project/{found.name}"),
        "created": found.created,
        "lastModified": found.modified,
    }


def arn(scope: Scope, build: Build) -> str:
    """Return the ARN of a build."""
    return scope.arn("codebuild", f"build/{build.key}")


def log_enabled(build: Build) -> bool:
    """Return whether the build's log is to be kept."""
    configured = build.settings.get("logsConfig", {}).get("cloudWatchLogs", {})
    return bool(configured.get("status", "ENABLED") == "ENABLED")


def log_names(build: Build) -> tuple[str, str]:
    """Return the log group and stream of a build."""
    configured = build.settings.get("logsConfig", {}).get("cloudWatchLogs", {})
    group = configured.get("groupName") or f"/aws/codebuild/{build.project}"
    prefix = configured.get("streamName")
    return group, f"{prefix}/{build.id}" if prefix else build.id


def build(scope: Scope, found: Build) -> Document:
    """Return the API shape Build."""
    settings = found.settings
    return {
        "id": found.key,
        "arn": arn(scope, found),
        "buildNumber": found.number,
        "startTime": found.started,
        "endTime": found.ended,
        "currentPhase": found.current_phase,
        "buildStatus": found.status,
        "sourceVersion": found.source_version or None,
        "resolvedSourceVersion": found.resolved_version or None,
        "projectName": found.project,
        "phases": [_phase(phase) for phase in found.phases],
        "source": settings["source"],
        "secondarySources": settings.get("secondarySources"),
        "artifacts": _artifact(found.artifact) if found.artifact else {"location": ""},
        "secondaryArtifacts": [_artifact(artifact) for artifact in found.secondary_artifacts] or None,
        "cache": settings.get("cache", {"type": "NO_CACHE"}),
        "environment": settings["environment"],
        "serviceRole": settings.get("serviceRole"),
        "logs": _logs(scope, found),
        "timeoutInMinutes": settings.get("timeoutInMinutes", 60),
        "queuedTimeoutInMinutes": settings.get("queuedTimeoutInMinutes", 480),
        "buildComplete": found.complete,
        "initiator": found.initiator,
        "exportedEnvironmentVariables": [{"name": k, "value": v} for k, v in found.exported.items()],
    }


def _phase(phase: PhaseRecord) -> Document:
    shown: Document = {"phaseType": phase.type, "startTime": phase.start}
    if phase.end is not None:
        shown |= {
            "phaseStatus": phase.status,
            "endTime": phase.end,
            "durationInSeconds": int((phase.end - phase.start).total_seconds()),
            "contexts": [{"statusCode": phase.code, "message": phase.message}],
        }
    return shown


def _artifact(artifact: Artifact) -> Document:
    return {
        "location": artifact.location,
        "sha256sum": artifact.sha256 or None,
        "md5sum": artifact.md5 or None,
        "artifactIdentifier": artifact.identifier or None,
    }


def _logs(scope: Scope, found: Build) -> Document:
    if not log_enabled(found):
        return {"cloudWatchLogs": found.settings["logsConfig"]["cloudWatchLogs"]}
    group, stream = log_names(found)
    console = f"https://console.aws.amazon.com/cloudwatch/home?region={scope.region}"
    return {
        "groupName": group,
        "streamName": stream,
        "deepLink": f"{console}#logsV2:log-groups/log-group/{group.replace('/', '$252F')}/log-events/{stream}",
        "cloudWatchLogsArn": scope.arn("logs", f"log-group:{group}:log-stream:{stream}"),
    }
