"""What is stored of clusters, task definitions and tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = dict[str, Any]

RUNNING, STOPPED = "RUNNING", "STOPPED"
# The life of a task, in order.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
PROVISIONING, PENDING, ACTIVATING = "PROVISIONING", "PENDING", "ACTIVATING"
DEACTIVATING, STOPPING, DEPROVISIONING = "DEACTIVATING", "STOPPING", "DEPROVISIONING"


@dataclass
class Cluster:
    """A cluster; `settings` are the members of its request that describe it."""

    name: str
    created: datetime
    status: str = "ACTIVE"
    settings: Document = field(default_factory=dict)
    tags: list[Document] = field(default_factory=list)


@dataclass
class Definition:
    """One revision of a family; `content` is what was registered."""

    family: str
    revision: int
    registered: datetime
    content: Document
    status: str = "ACTIVE"
    deregistered: datetime | None = None
    tags: list[Document] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.family}:{self.revision:06}"

    @property
    def label(self) -> str:
        return f"{self.family}:{self.revision}"


@dataclass
class Target:
    """Where a container of a task is registered: a port of it, with a target group."""

    group: str
    container: str
    container_port: int


@dataclass
class ContainerRun:
    """One container of a task: its process, known by number and start, and what came of it.

    `container` is what the container engine calls it; nothing if it is a process and no more.
    """

    name: str
    image: str
    essential: bool = True
    status: str = PENDING
    digest: str = ""
    pid: int = 0
    process_started: float = 0.0
    container: str = ""
    exit_code: int | None = None
    reason: str = ""
    health: str = ""
    # Container port (as text, for JSON) -> port of 127.0.0.1.
    ports: dict[str, int] = field(default_factory=dict)
    log_group: str = ""
    log_stream: str = ""


@dataclass
class Task:
    """One task; `revision` is the service revision or task set it belongs to."""

    id: str
    cluster: str
    definition: str
    created: datetime
    group: str
    containers: list[ContainerRun]
    started_by: str = ""
    launch_type: str = "FARGATE"
    capacity_provider: str = ""
    service: str = ""
    revision: str = ""
    targets: list[Target] = field(default_factory=list)
    overrides: Document = field(default_factory=dict)
    network: Document = field(default_factory=dict)
    tags: list[Document] = field(default_factory=list)
    status: str = PROVISIONING
    desired: str = RUNNING
    version: int = 1
    token: str = ""
    pull_started: datetime | None = None
    pull_stopped: datetime | None = None
    started: datetime | None = None
    stopping: datetime | None = None
    execution_stopped: datetime | None = None
    stopped: datetime | None = None
    stop_code: str = ""
    stopped_reason: str = ""
    # Whether its service has counted it as healthy once.
    was_healthy: bool = False
    # Whether its failure has been counted.
    counted: bool = False
    registered: bool = False

    @property
    def key(self) -> str:
        return f"{self.cluster}/{self.id}"

    @property
    def over(self) -> bool:
        return self.status == STOPPED

    @property
    def wanted(self) -> bool:
        """Whether it runs, or will."""
        return self.desired == RUNNING and not self.over

    @property
    def health(self) -> str:
        """The worst health of its essential containers that are checked; UNKNOWN if none is."""
        checked = [container.health for container in self.containers if container.essential and container.health]
        return next((state for state in ("UNHEALTHY", "UNKNOWN", "HEALTHY") if state in checked), "UNKNOWN")

    @property
    def is_checked(self) -> bool:
        """Whether an essential container has a health check."""
        return any(container.essential and container.health for container in self.containers)

    def container(self, name: str) -> ContainerRun:
        return next(container for container in self.containers if container.name == name)

    def ports_of(self, target: Target) -> int:
        """Return the port of 127.0.0.1 at which `target` is reached."""
        return self.container(target.container).ports[str(target.container_port)]
