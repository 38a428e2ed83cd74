"""The events of a build, in CodeBuild's own form.

https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
"""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from . import documents
from .model import Build, PhaseRecord

_DATE = "%b %d, %Y %I:%M:%S %p"
SOURCE = "aws.codebuild"


def state_change(cloud: Cloud, scope: Scope, build: Build) -> None:
    """Announce that a build began or ended."""
    _emit(cloud, scope, build, "CodeBuild Build State Change", {"build-status": build.status})


def phase_change(cloud: Cloud, scope: Scope, build: Build, phase: PhaseRecord) -> None:
    """Announce that a phase ended."""
    detail = {
        "completed-phase": phase.type,
        "completed-phase-status": phase.status,
        "completed-phase-start": phase.start.strftime(_DATE),
        "completed-phase-end": phase.end.strftime(_DATE) if phase.end else "",
        "completed-phase-context": f"[{phase.code}: {phase.message}]",
    }
    _emit(cloud, scope, build, "CodeBuild Build Phase Change", detail)


def _emit(cloud: Cloud, scope: Scope, build: Build, kind: str, detail: dict[str, Any]) -> None:
    arn = documents.arn(scope, build)
    group, stream = documents.log_names(build)
    whole = {
        **detail,
        "project-name": build.project,
        "build-id": arn,
        "current-phase": build.current_phase,
        "additional-information": {
            "build-complete": build.complete,
            "build-number": build.number,
            "initiator": build.initiator,
            "build-start-time": build.started.strftime(_DATE),
            "source-version": build.resolved_version or build.source_version,
            "logs": {"group-name": group, "stream-name": stream},
        },
        "version": "1",
    }
    cloud.events.emit(scope, SOURCE, kind, whole, [arn])
