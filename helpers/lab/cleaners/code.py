"""Cleaners of the developer tools: repositories, build projects, pipelines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpers import aws
from helpers.lab.cleaners.base import Cleaner, gone, pages, pairs
from helpers.lab.exercises import existing

STOP_LIMIT = 60.0
"""Seconds that a build or an execution gets to stop before its definition is deleted."""


class Pipelines(Cleaner):
    """Pipelines; what is under way is abandoned first, since it would go on to create things."""

    kind, service = "pipeline", "codepipeline"

    def names(self) -> Iterable[str]:
        return [pipeline["name"] for pipeline in pages(self.client, "list_pipelines", "pipelines")]

    def tags(self, name: str) -> dict[str, str]:
        found: Any = existing(self.client.get_pipeline, name=name)
        if found is None:
            return {}
        answer = self.client.list_tags_for_resource(resourceArn=found["metadata"]["pipelineArn"])
        return pairs(answer.get("tags"), "key", "value")

    def delete(self, name: str) -> None:
        for execution in self._under_way(name):
            gone(
                self.client.stop_pipeline_execution,
                pipelineName=name,
                pipelineExecutionId=execution,
                abandon=True,
                reason="clean up",
            )
        if self._under_way(name):
            aws.wait(f"{name} to stop", lambda: not self._under_way(name), limit=STOP_LIMIT)
        self.client.delete_pipeline(name=name)

    def _under_way(self, name: str) -> list[str]:
        answer: Any = existing(self.client.list_pipeline_executions, pipelineName=name) or {}
        return [
            execution["pipelineExecutionId"]
            for execution in answer.get("pipelineExecutionSummaries", ())
            if execution["status"] in ("InProgress", "Stopping")
        ]


class BuildProjects(Cleaner):
    """Build projects; builds under way are stopped first, since they go on writing logs."""

    kind, service = "build project", "codebuild"

    def names(self) -> Iterable[str]:
        return pages(self.client, "list_projects", "projects")

    def tags(self, name: str) -> dict[str, str]:
        found = self.client.batch_get_projects(names=[name])["projects"]
        return pairs(found[0].get("tags"), "key", "value") if found else {}

    def delete(self, name: str) -> None:
        for build in self._under_way(name):
            gone(self.client.stop_build, id=build)
        if self._under_way(name):
            aws.wait(f"builds of {name} to stop", lambda: not self._under_way(name), limit=STOP_LIMIT)
        self.client.delete_project(name=name)

    def _under_way(self, name: str) -> list[str]:
        ids = (existing(self.client.list_builds_for_project, projectName=name) or {}).get("ids", [])[:100]
        builds = self.client.batch_get_builds(ids=ids)["builds"] if ids else []
        return [build["id"] for build in builds if build["buildStatus"] == "IN_PROGRESS"]


class Repositories(Cleaner):
    """Repositories with their whole history."""

    kind, service = "repository", "codecommit"

    def names(self) -> Iterable[str]:
        return [each["repositoryName"] for each in pages(self.client, "list_repositories", "repositories")]

    def tags(self, name: str) -> dict[str, str]:
        found: Any = existing(self.client.get_repository, repositoryName=name)
        if found is None:
            return {}
        tags: dict[str, str] = self.client.list_tags_for_resource(resourceArn=found["repositoryMetadata"]["Arn"])[
            "tags"
        ]
        return tags

    def delete(self, name: str) -> None:
        gone(self.client.delete_repository, repositoryName=name)
