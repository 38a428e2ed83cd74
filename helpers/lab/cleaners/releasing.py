"""Cleaners of what releases work with: applications and configurations of CodeDeploy, tables of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable

from helpers import aws
from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing

_GOING = ["Created", "Queued", "InProgress", "Baking", "Ready"]
STOP_LIMIT = 600.0
"""Seconds that a deployment gets to stop; on AWS the original tasks have to be routed to first."""


class Applications(Cleaner):
    """Applications of CodeDeploy with their groups; deployments that go on are stopped first."""

    kind, service = "deployment application", "codedeploy"

    def names(self) -> Iterable[str]:
        return pages(self.client, "list_applications", "applications")

    def tags(self, name: str) -> dict[str, str]:
        arn = f"arn:aws:codedeploy:{aws.region()}:{aws.account()}:application:{name}"
        return pairs((existing(self.client.list_tags_for_resource, ResourceArn=arn) or {}).get("Tags"))

    def delete(self, name: str) -> None:
        for deployment in self._going(name):
            gone(self.client.stop_deployment, deploymentId=deployment, autoRollbackEnabled=False)
        if self._going(name):
            aws.wait(f"the deployments of {name} to stop", lambda: not self._going(name), limit=STOP_LIMIT)
        gone(self.client.delete_application, applicationName=name)

    def _going(self, name: str) -> list[str]:
        groups = pages(self.client, "list_deployment_groups", "deploymentGroups", applicationName=name)
        return [
            deployment
            for group in groups
            for deployment in pages(
                self.client, "list_deployments", "deployments",
                applicationName=name, deploymentGroupName=group, includeOnlyStatuses=_GOING,
            )
        ]  # fmt: skip


class DeploymentConfigurations(Cleaner):
    """Configurations of CodeDeploy, except AWS's own; they have no tags."""

    kind, service = "deployment configuration", "codedeploy"

    def names(self) -> Iterable[str]:
        listed = pages(self.client, "list_deployment_configs", "deploymentConfigsList")
        return [name for name in listed if not name.startswith("CodeDeployDefault.")]

    def tags(self, name: str) -> dict[str, str]:
        return {}

    def delete(self, name: str) -> None:
        gone(self.client.delete_deployment_config, deploymentConfigName=name)


class Tables(Cleaner):
    """Tables of DynamoDB, with all that is in them."""

    kind, service = "table", "dynamodb"

    def names(self) -> Iterable[str]:
        return pages(self.client, "list_tables", "TableNames")

    def tags(self, name: str) -> dict[str, str]:
        arn = f"arn:aws:dynamodb:{aws.region()}:{aws.account()}:table/{name}"
        return pairs((existing(self.client.list_tags_of_resource, ResourceArn=arn) or {}).get("Tags"))

    def delete(self, name: str) -> None:
        gone(self.client.delete_table, TableName=name)
