"""What CodeDeploy keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ENDED = ("Succeeded", "Failed", "Stopped")


class DeploymentFailed(Exception):
    """A deployment cannot go on; `code` is an ErrorCode of the API, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Application:
    """An application: a name for what is deployed to one kind of platform."""

    id: str
    name: str
    platform: str
    created: datetime


@dataclass
class Group:
    """A deployment group: where an application goes, and by which rules. `settings` are in the API's shape."""

    id: str
    application: str
    name: str
    config: str
    role: str
    settings: dict[str, Any]
    # The deployments that the API shows, and the revision that a rollback returns to.
    last_attempted: str = ""
    last_successful: str = ""
    target_revision: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        return f"{self.application}/{self.name}"


@dataclass
class Config:
    """A deployment configuration, in the API's shapes."""

    id: str
    name: str
    platform: str
    created: datetime
    minimum_healthy: dict[str, Any] | None = None
    routing: dict[str, Any] | None = None


@dataclass
class Revision:
    """A revision that an application knows."""

    location: dict[str, Any]
    registered: datetime
    description: str = ""
    first_used: datetime | None = None
    last_used: datetime | None = None
    groups: list[str] = field(default_factory=list)


@dataclass
class Instance:
    """A host of this machine that was registered as an on-premises instance."""

    name: str
    user_arn: str
    session_arn: str
    registered: datetime
    deregistered: datetime | None = None
    tags: list[dict[str, str]] = field(default_factory=list)


@dataclass
class HostState:
    """How an instance stands towards one deployment group: what it runs, and whether the last deployment to it went."""

    instance: str
    healthy: bool = True
    revision: str = ""
    # Folder of the last successful deployment, and marks of the processes that its scripts left running.
    last_deployment: str = ""
    marks: list[str] = field(default_factory=list)


@dataclass
class LifecycleEvent:
    """One lifecycle event of a target."""

    name: str
    status: str = "Pending"
    start: datetime | None = None
    end: datetime | None = None
    error_code: str = ""
    script: str = ""
    message: str = ""
    log_tail: str = ""


@dataclass
class Target:
    """What a deployment deploys to: an instance, a function's alias or a service."""

    id: str
    arn: str
    events: list[LifecycleEvent]
    status: str = "Pending"
    updated: datetime | None = None
    # For instances: whether it was healthy when the deployment began; for the others what the API tells of them.
    details: dict[str, Any] = field(default_factory=dict)

    def event(self, name: str) -> LifecycleEvent:
        return next(event for event in self.events if event.name == name)


@dataclass
class Deployment:
    """One deployment, with the settings of its group as they were when it was made."""

    id: str
    application: str
    group: str
    group_id: str
    platform: str
    config: str
    revision: dict[str, Any]
    created: datetime
    settings: dict[str, Any]
    previous_revision: dict[str, Any] | None = None
    creator: str = "user"
    description: str = ""
    status: str = "Created"
    started: datetime | None = None
    completed: datetime | None = None
    error_code: str = ""
    error_message: str = ""
    targets: list[Target] = field(default_factory=list)
    rollback_id: str = ""
    rollback_of: str = ""
    rollback_message: str = ""
    # What a deployment that goes on after a crash must know: task sets, target groups, moments.
    progress: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.status in ENDED


@dataclass
class Wishes:
    """What callers asked of a running deployment; written by requests, read by its worker."""

    stop: bool = False
    roll_back: bool | None = None
    continue_ready: bool = False
    continue_termination: bool = False


@dataclass
class Hook:
    """One execution of a hook function, and what it reported."""

    id: str
    deployment: str
    event: str
    status: str = "InProgress"
