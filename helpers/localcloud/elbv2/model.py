"""What the store keeps of Elastic Load Balancing; actions and conditions stay as the API has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Part = dict[str, Any]


@dataclass
class LoadBalancer:
    """An Application Load Balancer."""

    arn: str
    name: str
    scheme: str
    vpc: str
    zones: list[Part]
    security_groups: list[str]
    created: datetime
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class HealthCheck:
    """How the targets of a group are checked; interval and timeout in AWS's seconds."""

    port: str = "traffic-port"
    path: str = "/"
    interval: int = 30
    timeout: int = 5
    healthy: int = 5
    unhealthy: int = 2
    codes: str = "200"


@dataclass
class TargetGroup:
    """A target group of type ip."""

    arn: str
    name: str
    port: int
    vpc: str
    check: HealthCheck
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Listener:
    """A listener; `port` is served, `requested` is what the caller asked for."""

    arn: str
    load_balancer: str
    port: int
    requested: int
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Rule:
    """A rule of a listener; the default rule has no priority and no conditions."""

    arn: str
    listener: str
    priority: int | None
    conditions: list[Part]
    actions: list[Part]
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Target:
    """A registered target. `until` is when a draining one is forgotten (epoch seconds)."""

    group: str
    host: str
    port: int
    state: str
    reason: str | None = None
    description: str | None = None
    until: float | None = None

    @property
    def key(self) -> str:
        return f"{self.group}/{self.host}:{self.port}"
