"""Starts pipelines when their source changes.

A CodeCommit source that polls (PollForSourceChanges unset or true) starts on the repository's event, at once: polling
without its delay. An S3 source that polls is looked at once a minute of the local cloud's time, as on AWS.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from ..events import Event
from ..scope import Scope
from .model import Document, Pipeline
from .records import Records

log = logging.getLogger(__name__)

Start = Callable[[Scope, str, str, str], object]
_MINUTE = 60.0


class Triggers:
    """Listens and looks."""

    def __init__(self, records: Records, start: Start) -> None:
        self._records = records
        self._start = start
        self._seen: dict[tuple[Scope, str, str], str] = {}

    def begin(self) -> None:
        """Begin to listen to the bus and to look at S3."""
        cloud = self._records.cloud
        cloud.events.subscribe("aws.codecommit", self._pushed)
        threading.Thread(target=self._look, name="s3-sources", daemon=True).start()

    def _pushed(self, event: Event) -> None:
        detail = event.detail
        if detail["event"] == "referenceDeleted" or detail["referenceType"] != "branch":
            return
        for pipeline in self._records.pipelines.list(event.scope):
            for configuration in _polling(pipeline, "CodeCommit"):
                wanted = (configuration["RepositoryName"], configuration["BranchName"])
                if wanted == (detail["repositoryName"], detail["referenceName"]):
                    self._start(event.scope, pipeline.name, "PollForSourceChanges", wanted[0])
                    break

    def _look(self) -> None:
        cloud = self._records.cloud
        while not cloud.clock.wait(cloud.workers.closing, _MINUTE):
            for scope, _, pipeline in self._records.pipelines.everywhere():
                for configuration in _polling(pipeline, "S3"):
                    self._look_at(scope, pipeline.name, configuration)

    def _look_at(self, scope: Scope, pipeline: str, configuration: Document) -> None:
        bucket, key = configuration["S3Bucket"], configuration["S3ObjectKey"]
        try:
            found = self._records.cloud.client("s3", scope).head_object(Bucket=bucket, Key=key)
        except Exception as error:
            log.info("The source s3://%s/%s of %s is not there: %s", bucket, key, pipeline, error)
            return
        place, tag = (scope, pipeline, f"{bucket}/{key}"), str(found.get("VersionId") or found["ETag"])
        before = self._seen.get(place) or self._taken(scope, pipeline)
        self._seen[place] = tag
        if before is not None and before.strip('"') != tag.strip('"'):
            self._start(scope, pipeline, "PollForSourceChanges", f"{bucket}/{key}")

    def _taken(self, scope: Scope, pipeline: str) -> str | None:
        """What the last execution took, for the first look after a start."""
        for execution in reversed(self._records.of(scope, pipeline)):
            if execution.revisions:
                return execution.revisions[0].id
        return None


def _polling(pipeline: Pipeline, provider: str) -> Iterator[Document]:
    for action in pipeline.stages[0]["actions"]:
        configuration = action.get("configuration", {})
        polls = configuration.get("PollForSourceChanges", "true").lower() == "true"
        if action["actionTypeId"]["provider"] == provider and polls:
            yield configuration
