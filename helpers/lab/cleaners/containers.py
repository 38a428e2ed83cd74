"""Cleaners of what runs in containers: services, task definitions, clusters, repositories of images."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpers import aws
from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing

STOP_LIMIT = 600.0
"""Seconds that tasks get to end: on AWS a target group drains first, by default for five minutes."""


class Services(Cleaner):
    """Services with their tasks, each named by its cluster and itself."""

    kind, service = "service", "ecs"

    def names(self) -> Iterable[str]:
        clusters = [_last(arn) for arn in pages(self.client, "list_clusters", "clusterArns")]
        return [
            f"{cluster}/{_last(arn)}"
            for cluster in clusters
            for arn in pages(self.client, "list_services", "serviceArns", cluster=cluster)
        ]

    def tags(self, name: str) -> dict[str, str]:
        found = self._described(name)
        return pairs(found[0].get("tags"), "key", "value") if found else {}

    def delete(self, name: str) -> None:
        cluster, _, service = name.partition("/")
        gone(self.client.delete_service, cluster=cluster, service=service, force=True)
        if not self._is_gone(name):
            aws.wait(f"the tasks of {service} to end", lambda: self._is_gone(name), limit=STOP_LIMIT)

    def _is_gone(self, name: str) -> bool:
        return all(service["status"] == "INACTIVE" for service in self._described(name))

    def _described(self, name: str) -> list[dict[str, Any]]:
        cluster, _, service = name.partition("/")
        answer: Any = existing(self.client.describe_services, cluster=cluster, services=[service], include=["TAGS"])
        return list(answer["services"]) if answer else []


class TaskDefinitions(Cleaner):
    """Families of task definitions, with all their revisions."""

    kind, service = "task definition", "ecs"

    def names(self) -> Iterable[str]:
        return pages(self.client, "list_task_definition_families", "families", status="ACTIVE")

    def tags(self, name: str) -> dict[str, str]:
        answer: Any = existing(self.client.describe_task_definition, taskDefinition=name, include=["TAGS"])
        return pairs(answer.get("tags"), "key", "value") if answer else {}

    def delete(self, name: str) -> None:
        # A family is asked for by how it begins: wb-ada-shop would find wb-ada-shop-two as well.
        listed = pages(self.client, "list_task_definitions", "taskDefinitionArns", familyPrefix=name)
        revisions = [arn for arn in listed if _last(arn).rpartition(":")[0] == name]
        for arn in revisions:
            self.client.deregister_task_definition(taskDefinition=arn)
        for first in range(0, len(revisions), 10):  # DeleteTaskDefinitions takes at most 10
            self.client.delete_task_definitions(taskDefinitions=revisions[first : first + 10])


class Clusters(Cleaner):
    """Clusters; tasks that no service keeps running are stopped first."""

    kind, service = "cluster", "ecs"

    def names(self) -> Iterable[str]:
        return [_last(arn) for arn in pages(self.client, "list_clusters", "clusterArns")]

    def tags(self, name: str) -> dict[str, str]:
        found = self.client.describe_clusters(clusters=[name], include=["TAGS"])["clusters"]
        return pairs(found[0].get("tags"), "key", "value") if found else {}

    def delete(self, name: str) -> None:
        for task in self._tasks(name):
            self.client.stop_task(cluster=name, task=task, reason="clean up")
        if self._tasks(name):
            aws.wait(f"the tasks of {name} to end", lambda: not self._tasks(name), limit=STOP_LIMIT)
        gone(self.client.delete_cluster, cluster=name)

    def _tasks(self, cluster: str) -> list[str]:
        return pages(self.client, "list_tasks", "taskArns", cluster=cluster)


class ImageRepositories(Cleaner):
    """Repositories of container images, with the images."""

    kind, service = "image repository", "ecr"

    def names(self) -> Iterable[str]:
        return [each["repositoryName"] for each in pages(self.client, "describe_repositories", "repositories")]

    def tags(self, name: str) -> dict[str, str]:
        found: Any = existing(self.client.describe_repositories, repositoryNames=[name])
        if found is None:
            return {}
        arn = found["repositories"][0]["repositoryArn"]
        return pairs(self.client.list_tags_for_resource(resourceArn=arn).get("tags"))

    def delete(self, name: str) -> None:
        gone(self.client.delete_repository, repositoryName=name, force=True)


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
