"""The road of ECS itself: a deployment strategy in the service's own configuration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from helpers import aws, delivery, show
from labs.blue_green_canary import releases, seen

Document = dict[str, Any]
LIMIT = 1200.0
OVER = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
_LOOKS = {"SUCCESSFUL": "SUCCEEDED", "ROLLBACK_SUCCESSFUL": "SUCCEEDED", "ROLLBACK_FAILED": "FAILED"}


def guarded(alarm: str, strategy: str, **more: Any) -> Document:
    """Return a deploymentConfiguration of `strategy` that goes back when `alarm` rings."""
    watched = {"alarmNames": [alarm], "enable": True, "rollback": True}
    return {"strategy": strategy, "alarms": watched, **more}


def plain() -> Document:
    """Return a deploymentConfiguration that moves all traffic at once and asks nobody."""
    unwatched = {"alarmNames": [], "enable": False, "rollback": False}
    return {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "alarms": unwatched}


def release(
    service: delivery.Service,
    version: str,
    customers: delivery.Load,
    name: str,
    configuration: Mapping[str, Any] | None = None,
    *,
    live: bool = True,
) -> seen.Seen:
    """Release a version of the catalog by ECS under the eyes of `customers`, and return what was seen.

    Args:
        version: one of `releases`.
        name: what the picture is called.
        configuration: a deploymentConfiguration that replaces the service's; None keeps it.
        live: whether a picture shows it while it goes on.
    """
    seen.settle(customers)
    earlier, begun = _deployments(service), time.time()
    changes = {"deploymentConfiguration": dict(configuration)} if configuration else {}
    service.update(taskDefinition=releases.definition(version, service.container), **changes)
    deployment = aws.wait(
        "the deployment to begin", lambda: next(iter(_deployments(service) - earlier), None), limit=60
    )
    return seen.watched(_Watch(service, deployment), customers, name, begun, LIMIT, live=live)


def _deployments(service: delivery.Service) -> set[str]:
    listed = aws.client("ecs").list_service_deployments(cluster=service.cluster, service=service.name)
    return {each["serviceDeploymentArn"] for each in listed["serviceDeployments"]}


def describe(deployment: str) -> Document:
    """Return what ECS says of a service deployment (an ARN)."""
    found = aws.client("ecs").describe_service_deployments(serviceDeploymentArns=[deployment])
    return dict(found["serviceDeployments"][0])


class _Watch(seen.Watch):
    """A service deployment; the API tells its present stage only, so the stages are those that were looked at."""

    def __init__(self, service: delivery.Service, deployment: str) -> None:
        self._service, self._deployment, self._state = service, deployment, "PENDING"
        self._begun: list[tuple[str, float]] = []
        self._ended: float | None = None
        self._weight, self._tasks = 0.0, 0

    def state(self) -> str:
        return self._state

    def weight(self) -> float:
        return self._weight

    def tasks(self) -> int:
        return self._tasks

    def is_over(self) -> bool:
        found = describe(self._deployment)
        self._tasks = max(self._tasks, int(self._service.describe()["runningCount"]))
        self._state = found["status"]
        self._weight = max(self._weight, found["targetServiceRevision"].get("requestedProductionTrafficWeight", 0.0))
        stage = _stage(found)
        if not self._begun or self._begun[-1][0] != stage:
            self._begun.append((stage, time.time()))
        if self._state in OVER and self._ended is None:
            self._ended = time.time()
        return self._state in OVER

    def stages(self) -> list[show.Stage]:
        ends = [moment for _, moment in self._begun[1:]] + [self._ended]
        last = _LOOKS.get(self._state, "IN_PROGRESS")
        followers = [name for name, _ in self._begun[1:]]
        looks = ["FAILED" if name == "rollback" else "SUCCEEDED" for name in followers] + [last]
        return [
            show.Stage(name, begun, end, look)
            for (name, begun), end, look in zip(self._begun, ends, looks, strict=True)
        ]


def _stage(found: Document) -> str:
    if found["status"].startswith("ROLLBACK"):
        return "rollback"
    rolling = found["deploymentConfiguration"].get("strategy", "ROLLING") == "ROLLING"
    stage = str(found.get("lifecycleStage") or ("deployment" if rolling else "pending"))
    return stage.replace("PRODUCTION", "PROD").replace("_TRAFFIC", "").replace("_", " ").lower()
