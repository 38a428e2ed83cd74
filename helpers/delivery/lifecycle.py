"""The lifecycle stages of a deployment that shifts traffic, as they are seen one after another."""

from __future__ import annotations

from typing import Any

from helpers import aws, show
from helpers.delivery.services import Service

_ENDS = {"SUCCESSFUL": "SUCCEEDED", "STOPPED": "STOPPED"}


class Lifecycle:
    """Looks at the newest service deployment; a rolling one has no stages, and then there are none."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._seen: list[tuple[str, float]] = []
        self._status = "IN_PROGRESS"

    def look(self, moment: float) -> None:
        """Note the present stage; `moment` is now, in epoch seconds."""
        found = newest(self._service)
        if found is None:
            return
        self._status = found["status"]
        stage = "ROLLBACK" if self._status.startswith("ROLLBACK") else found.get("lifecycleStage", "")
        if stage and (not self._seen or self._seen[-1][0] != stage):
            self._seen.append((stage, moment))

    def stages(self, over: float) -> list[show.Stage]:
        """Return the stages that were seen, the last of them until `over`."""
        ends = [moment for _, moment in self._seen[1:]] + [over]
        return [
            show.Stage(_words(name), start, end, self._verdict(name))
            for (name, start), end in zip(self._seen, ends, strict=True)
            if end - start > 0
        ]

    def _verdict(self, name: str) -> str:
        last = name == self._seen[-1][0]
        if not last or self._status in _ENDS or self._status == "ROLLBACK_SUCCESSFUL":
            return "SUCCEEDED"
        return "IN_PROGRESS" if self._status.endswith("IN_PROGRESS") else "FAILED"


def newest(service: Service) -> dict[str, Any] | None:
    """Return the newest service deployment (the API's ServiceDeployment), or None."""
    ecs = aws.client("ecs")
    listed = ecs.list_service_deployments(cluster=service.cluster, service=service.name)["serviceDeployments"]
    if not listed:
        return None
    last = max(listed, key=lambda each: each["createdAt"])["serviceDeploymentArn"]
    return dict(ecs.describe_service_deployments(serviceDeploymentArns=[last])["serviceDeployments"][0])


def _words(stage: str) -> str:
    """PRE_SCALE_UP -> pre scale up; of the longest names the end is told by the word traffic."""
    return stage.lower().replace("_", " ").replace(" traffic shift", " shift")
