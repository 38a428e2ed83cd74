"""What the store keeps of projects and builds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..runtime.processes import Leader

# The API shape BuildPhaseType, in order.
PHASES = (
    "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD",
    "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED",
)  # fmt: skip
Document = dict[str, Any]


@dataclass
class Project:
    """A project: its settings in the API's own form."""

    name: str
    created: datetime
    modified: datetime
    settings: Document
    builds: int = 0


@dataclass
class PhaseRecord:
    """One phase as it went."""

    type: str
    start: datetime
    end: datetime | None = None
    status: str | None = None
    code: str = ""
    message: str = ""


@dataclass
class Artifact:
    """Where an artifact was put, and its digests."""

    location: str = ""
    sha256: str = ""
    md5: str = ""
    identifier: str = ""


@dataclass
class Build:
    """A build: the project's settings with the overrides of its start, and how it went."""

    id: str
    project: str
    number: int
    started: datetime
    settings: Document
    initiator: str
    source_version: str = ""
    resolved_version: str = ""
    status: str = "IN_PROGRESS"
    ended: datetime | None = None
    phases: list[PhaseRecord] = field(default_factory=list)
    exported: dict[str, str] = field(default_factory=dict)
    artifact: Artifact | None = None
    secondary_artifacts: list[Artifact] = field(default_factory=list)
    stop_requested: bool = False
    token: str = ""
    request: str = ""
    leaders: list[Leader] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.project}:{self.id}"

    @property
    def complete(self) -> bool:
        return self.status != "IN_PROGRESS"

    @property
    def current_phase(self) -> str:
        return self.phases[-1].type if self.phases else "SUBMITTED"
