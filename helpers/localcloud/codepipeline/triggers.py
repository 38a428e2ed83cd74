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
from ..service import ServiceError
from .model import Document, Pipeline
from .records import Records

log = logging.getLogger(__name__)

Start = Callable[..., object]
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
            if event.time < pipeline.created:
                # The pipeline ran when it was made and took this change then.
                continue
            for configuration in _polling(pipeline, "CodeCommit"):
                wanted = (configuration["RepositoryName"], configuration["BranchName"])
                if wanted == (detail["repositoryName"], detail["referenceName"]):
                    # An event can come twice (after a crash); its id makes it start one execution.
                    self._begin(event.scope, pipeline.name, wanted[0], event.id)
                    break

    def _begin(self, scope: Scope, pipeline: str, detail: str, token: str) -> None:
        try:
            self._start(scope, pipeline, "PollForSourceChanges", detail, token=token)
        except ServiceError as error:
            log.warning("A change of %s could not start %s: %s", detail, pipeline, error.message)

    def _look(self) -> None:
        cloud = self._records.cloud
        while not cloud.clock.wait(cloud.workers.closing, _MINUTE):
            for scope, _, pipeline in self._records.pipelines.everywhere():
                for action in _polling_actions(pipeline, "S3"):
                    self._look_at(scope, pipeline.name, action)
        # Whoever waits for a change is to notice that the local cloud closes.
        self._records.ring()

    def _look_at(self, scope: Scope, pipeline: str, action: Document) -> None:
        bucket, key = action["configuration"]["S3Bucket"], action["configuration"]["S3ObjectKey"]
        try:
            found = self._records.cloud.client("s3", scope).head_object(Bucket=bucket, Key=key)
        except Exception as error:
            log.info("The source s3://%s/%s of %s is not there: %s", bucket, key, pipeline, error)
            return
        place, tag = (scope, pipeline, f"{bucket}/{key}"), str(found.get("VersionId") or found["ETag"])
        before = self._seen.get(place) or self._taken(scope, pipeline, action["name"])
        if before is None and self._records.live(scope, pipeline):
            return
        self._seen[place] = tag
        if before is None or before.strip('"') != tag.strip('"'):
            self._begin(scope, pipeline, f"{bucket}/{key}", f"{key} {tag} {found['LastModified'].isoformat()}")

    def _taken(self, scope: Scope, pipeline: str, action: str) -> str | None:
        """What the last execution took, for the first look after a start."""
        for execution in reversed(self._records.of(scope, pipeline)):
            for revision in execution.revisions:
                if revision.action == action:
                    return revision.id
        return None


def _polling(pipeline: Pipeline, provider: str) -> Iterator[Document]:
    for action in _polling_actions(pipeline, provider):
        yield action["configuration"]


def _polling_actions(pipeline: Pipeline, provider: str) -> Iterator[Document]:
    for action in pipeline.stages[0]["actions"]:
        polls = action.get("configuration", {}).get("PollForSourceChanges", "true").lower() == "true"
        if action["actionTypeId"]["provider"] == provider and polls:
            yield action
