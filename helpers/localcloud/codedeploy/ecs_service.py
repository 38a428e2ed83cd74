"""The service of an ECS deployment and its task sets, through the API of ECS.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-external.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .appspec import EcsSpec
from .model import DeploymentFailed

Part = dict[str, Any]
T = TypeVar("T")
_AS_BLUE = ("launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration")


class EcsService:
    """One service with the controller CODE_DEPLOY."""

    def __init__(self, client: Any, cluster: str, service: str) -> None:
        self._client = client
        self._place = {"cluster": cluster, "service": service}

    def primary(self) -> Part:
        """Return the service's primary task set. Raises DeploymentFailed if it cannot be deployed to."""
        cluster, name = self._place["cluster"], self._place["service"]
        found = self._call(lambda: self._client.describe_services(cluster=cluster, services=[name]))["services"]
        if not found or found[0]["status"] != "ACTIVE":
            raise DeploymentFailed("INVALID_ECS_SERVICE", f"The cluster {cluster} has no active service {name}.")
        controller = found[0].get("deploymentController", {}).get("type", "ECS")
        if controller != "CODE_DEPLOY":
            raise DeploymentFailed(
                "INVALID_ECS_SERVICE",
                f"The service {name} has the deployment controller {controller}; CodeDeploy deploys to CODE_DEPLOY.",
            )
        primary = next((each for each in found[0].get("taskSets", []) if each["status"] == "PRIMARY"), None)
        if primary is None:
            raise DeploymentFailed("INVALID_ECS_SERVICE", f"The service {name} has no primary task set.")
        return dict(primary)

    def task_sets(self) -> list[Part]:
        """Return every task set of the service."""
        found = self._call(lambda: self._client.describe_task_sets(**self._place))["taskSets"]
        return [dict(each) for each in found]

    def task_set(self, arn: str) -> Part | None:
        """Return one task set, or None once it is gone."""
        return next((each for each in self.task_sets() if each["taskSetArn"] == arn), None)

    def create(self, deployment: str, spec: EcsSpec, blue: Part, group: str) -> str:
        """Make the green task set of `deployment`, once; return its ARN."""
        made = next((each for each in self.task_sets() if each.get("externalId") == deployment), None)
        if made:
            return str(made["taskSetArn"])
        like_blue = {name: blue[name] for name in _AS_BLUE if blue.get(name)}
        balancer = {"targetGroupArn": group, "containerName": spec.container, "containerPort": spec.port}
        answer = self._call(
            lambda: self._client.create_task_set(
                **self._place,
                **{**like_blue, **spec.options},
                taskDefinition=spec.task_definition,
                externalId=deployment,
                loadBalancers=[balancer],
                scale={"value": 100.0, "unit": "PERCENT"},
            )
        )
        return str(answer["taskSet"]["taskSetArn"])

    def promote(self, arn: str) -> None:
        """Make a task set the primary one."""
        self._call(lambda: self._client.update_service_primary_task_set(**self._place, primaryTaskSet=arn))

    def delete(self, arn: str) -> None:
        """Delete a task set, unless it is gone."""
        if self.task_set(arn):
            self._call(lambda: self._client.delete_task_set(**self._place, taskSet=arn, force=True))

    def delete_leftovers(self, kept: str) -> None:
        """Delete what an earlier deployment that failed has left: all task sets but `kept`."""
        for each in self.task_sets():
            if each["taskSetArn"] != kept and each["status"] != "DRAINING":
                self.delete(each["taskSetArn"])

    def check_definition(self, definition: str) -> None:
        """Raise DeploymentFailed if there is no such task definition."""
        self._call(lambda: self._client.describe_task_definition(taskDefinition=definition), "INVALID_REVISION")

    def _call(self, call: Callable[[], T], code: str = "ECS_UPDATE_ERROR") -> T:
        from botocore.exceptions import ClientError

        try:
            return call()
        except ClientError as error:
            raise DeploymentFailed(code, str(error)) from None
