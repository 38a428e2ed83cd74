"""What is stored of services: the service, its revisions (a task set is one, too), its deployments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .model import Target

Document = dict[str, Any]

PRIMARY, ALTERNATE = "primary", "alternate"
OVER = frozenset({"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"})


@dataclass
class ServiceEvent:
    """One line of DescribeServices' events."""

    id: str
    at: datetime
    message: str


@dataclass
class ServiceRecord:
    """A service; `settings` are the members of its request as they are now."""

    name: str
    cluster: str
    created: datetime
    desired: int
    settings: Document
    status: str = "ACTIVE"
    events: list[ServiceEvent] = field(default_factory=list)
    tags: list[Document] = field(default_factory=list)
    # The id of the deployment that goes on or was the last, of the revision that is PRIMARY, and of the one that
    # a rollback goes to.
    deployment: str = ""
    primary: str = ""
    completed: str = ""
    steady: bool = False

    @property
    def key(self) -> str:
        return f"{self.cluster}/{self.name}"

    @property
    def controller(self) -> str:
        """ECS, CODE_DEPLOY or EXTERNAL."""
        return str(self.settings.get("deploymentController", {}).get("type", "ECS"))

    @property
    def configuration(self) -> Document:
        """The deployment configuration, with AWS's defaults."""
        found: Document = self.settings["deploymentConfiguration"]
        return found

    @property
    def strategy(self) -> str:
        """ROLLING, BLUE_GREEN, LINEAR or CANARY."""
        return str(self.configuration.get("strategy", "ROLLING"))


@dataclass
class Revision:
    """What runs for a service: a definition, how many, and where traffic reaches it. A task set is one with a scale."""

    id: str
    service: str
    created: datetime
    updated: datetime
    definition: str
    wanted: int
    settings: Document = field(default_factory=dict)
    # Which of a service's two target groups its tasks are registered with.
    slot: str = PRIMARY
    targets: list[Target] = field(default_factory=list)
    rollout: str = "IN_PROGRESS"
    rollout_reason: str = ""
    failed_tasks: int = 0
    # No task is started before this moment: a task that fails again and again is started ever less often.
    not_before: datetime | None = None
    scale: float | None = None
    external_id: str = ""
    task_set_status: str = ""
    stable_since: datetime | None = None
    tags: list[Document] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.service}/{self.id}"


@dataclass
class HookRun:
    """One hook at one place of a deployment's plan."""

    id: str
    position: int
    stage: str
    kind: str
    target: str
    status: str
    expires: datetime
    timeout_action: str = "ROLLBACK"
    details: Document = field(default_factory=dict)
    role: str = ""
    call_at: datetime | None = None
    rolling_back: bool = False


@dataclass
class Deployment:
    """One service deployment: which revision it brings, how far it is, and why it ended."""

    id: str
    service: str
    created: datetime
    target: str
    sources: list[str]
    configuration: Document
    desired: int
    status: str = "PENDING"
    reason: str = ""
    started: datetime | None = None
    updated: datetime | None = None
    finished: datetime | None = None
    stopped: datetime | None = None
    # How far it is in its plan: the step, and since when the step's own work is done.
    position: int = 0
    worked: datetime | None = None
    # For how long alarms watch a rolling deployment whose work is done, in seconds of AWS's.
    bake_seconds: float = 0.0
    hooks: list[HookRun] = field(default_factory=list)
    test_weight: float = 0.0
    production_weight: float = 0.0
    failures: int = 0
    breaker: str = "DISABLED"
    alarms: str = "DISABLED"
    triggered_alarms: list[str] = field(default_factory=list)
    rollback_to: str = ""
    rollback_reason: str = ""
    rollback_started: datetime | None = None
    stuck: bool = False

    @property
    def key(self) -> str:
        return f"{self.service}/{self.id}"

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def rolling_back(self) -> bool:
        return self.status in ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
