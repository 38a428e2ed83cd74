"""Waits for a service as CloudFormation does: until its deployment is over, or its last task has gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ...scope import Scope
from ...service import ServiceError
from ...stack_wait import wait_until

if TYPE_CHECKING:
    from ..service import Ecs

# "CloudFormation waits up to three hours for the service to reach a steady state."
# https://repost.aws/knowledge-center/cloudformation-ecs-service-stabilize
_LIMIT = timedelta(hours=3)
_FAILED = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")


@dataclass(frozen=True)
class Place:
    """Where a service is."""

    arn: str
    cluster: str
    name: str

    @classmethod
    def of(cls, arn: str) -> Place:
        """Return the place that the ARN of a service names."""
        cluster, _, name = arn.rpartition(":service/")[2].partition("/")
        return cls(arn, cluster, name)


class ServiceWait:
    """Looks at one service until it is as wanted. For threads only."""

    def __init__(self, ecs: Ecs, scope: Scope, place: Place) -> None:
        self._ecs = ecs
        self._scope = scope
        self._place = place

    def service(self) -> dict[str, Any] | None:
        """Return the service (API shape Service), or None if neither it nor its cluster is there."""
        try:
            asked = {"cluster": self._place.cluster, "services": [self._place.name], "include": ["TAGS"]}
            services = self._ecs.describe_services(self._scope, asked)["services"]
        except ServiceError:
            return None
        return dict(services[0]) if services else None

    def latest_deployment(self) -> str:
        """Return the ARN of the deployment that goes on or was the last, or ""."""
        return str((self._deployment() or {}).get("serviceDeploymentArn", ""))

    def until_steady(self, after: str) -> None:
        """Wait until the deployment that follows `after` (an ARN, or "") is complete and all tasks run.

        Raises ServiceError with the reason for which the deployment failed, or if it takes too long.
        """
        self._until(lambda: self._is_steady(after), "did not reach a steady state")

    def until_gone(self) -> None:
        """Wait until the last task of the deleted service has stopped."""
        self._until(self._is_gone, "still has tasks")

    def _is_steady(self, after: str) -> bool:
        found, deployment = self.service(), self._deployment()
        if found is None or found["status"] != "ACTIVE":
            raise ServiceError("NotStabilized", f"The service {self._place.name} was deleted meanwhile.")
        if deployment and deployment["serviceDeploymentArn"] != after and deployment["status"] in _FAILED:
            raise ServiceError("GeneralServiceException", _failure(found, deployment))
        return _complete(found)

    def _is_gone(self) -> bool:
        found = self.service()
        return found is None or found["status"] == "INACTIVE"

    def _deployment(self) -> dict[str, Any] | None:
        asked = {"cluster": self._place.cluster, "service": self._place.name}
        try:
            found = self._ecs.list_service_deployments(self._scope, asked)["serviceDeployments"]
        except ServiceError:
            return None
        return dict(found[0]) if found else None

    def _until(self, done: Callable[[], bool], problem: str) -> None:
        wait_until(self._ecs.cloud, done, _LIMIT, f"{self._place.name} {problem}")


def _complete(service: dict[str, Any]) -> bool:
    """Return whether all runs and nothing is being deployed; what others deploy to may have no task set yet."""
    full = service["runningCount"] == service["desiredCount"]
    if service["deploymentController"]["type"] == "ECS":
        return full and [each["rolloutState"] for each in service["deployments"]] == ["COMPLETED"]
    sets = service["taskSets"]
    return not sets or (full and all(each["stabilityStatus"] == "STEADY_STATE" for each in sets))


def _failure(service: dict[str, Any], deployment: dict[str, Any]) -> str:
    """Return why the deployment failed, with what the service last said."""
    reason = deployment.get("statusReason") or f"The service deployment ended as {deployment['status']}."
    if "circuit breaker" in reason:
        reason = f"Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'. {reason}"
    return f"{reason} Last event: {service['events'][0]['message']}" if service["events"] else reason
