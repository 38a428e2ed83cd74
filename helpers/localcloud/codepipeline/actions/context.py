"""What an action works with and what it gives back."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...scope import Scope
from ...workers import Job
from ..builds import BuildWatch
from ..model import ActionRun, ArtifactRef, Document, Execution
from ..records import Records


class ActionFailed(Exception):
    """The action ended badly: the code and message of its errorDetails."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Interrupted(Exception):
    """The action was abandoned or the local cloud closes: it leaves without a verdict of its own."""


@dataclass(frozen=True)
class Outcome:
    """What a successful action gives: artifacts, variables and, for a source, the revision that it took."""

    artifacts: list[ArtifactRef] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    revision: str = ""
    revision_url: str = ""


@dataclass
class ActionContext:
    """One run of one action."""

    records: Records
    watch: BuildWatch
    job: Job
    execution: Execution
    action: Document
    run: ActionRun
    bucket: str

    @property
    def scope(self) -> Scope:
        return self.job.scope

    @property
    def configuration(self) -> dict[str, str]:
        return self.run.configuration

    @property
    def output_names(self) -> list[str]:
        return [artifact["name"] for artifact in self.action.get("outputArtifacts", [])]

    def client(self, service: str) -> Any:
        """Return a client of `service` in the pipeline's account and region."""
        return self.records.cloud.client(service, self.scope)

    def save(self) -> None:
        """Write the run, so that a crash from here on finds it so. An answer that has come meanwhile is kept.

        Raises Interrupted if the run was abandoned or its pipeline deleted.
        """
        with self.records.cloud.store.transaction():
            stored = self.stored()
            if stored.answer and not self.run.answer:
                self.run.answer, self.run.summary = stored.answer, stored.summary
                self.run.updated_by = stored.updated_by
            self.records.save_run(self.scope, self.run)

    def stored(self) -> ActionRun:
        """Return the run as the store has it. Raises Interrupted if it was abandoned or its pipeline deleted."""
        found = self.records.run(self.scope, self.run.pipeline, self.run.id)
        if found is None or found.status == "Abandoned":
            raise Interrupted
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """The revisions, by their kind, that the start of the execution chose for this source action."""
        return self.execution.chosen.get(self.run.action, {})

    def check_alive(self) -> None:
        """Raise Interrupted if the action is to leave."""
        if self.job.stop.is_set() or self.records.cloud.workers.closing.is_set():
            raise Interrupted
        self.stored()

    def new_key(self, artifact: str) -> str:
        """Return the object key for `artifact`, in CodePipeline's own form."""
        return f"{self.execution.pipeline[:20]}/{artifact[:10]}/{secrets.token_hex(4)[:7]}"

    def put_artifact(self, name: str, archive: Path) -> ArtifactRef:
        """Store a zip as the artifact `name`. Raises ActionFailed if the artifact bucket does not take it."""
        digest = hashlib.sha256()
        with archive.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        key = self.new_key(name)
        s3 = self.client("s3")
        try:
            with archive.open("rb") as body:
                s3.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata={"sha256": digest.hexdigest()})
        except s3.exceptions.ClientError as error:
            raise self.store_failed(error) from None
        return ArtifactRef(name, self.bucket, key, digest.hexdigest())

    def store_failed(self, error: Exception) -> ActionFailed:
        """Return the failure for an artifact bucket that cannot be used."""
        message = (
            f"The artifact store s3://{self.bucket} cannot be used: {error}. Does the bucket exist in this account?"
        )
        return ActionFailed("ArtifactStoreError", message)
