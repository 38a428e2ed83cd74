"""Rolls a stage back: a new execution runs that one stage with what an earlier execution had there.

https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
"""

from __future__ import annotations

import json
import uuid

from ..scope import Scope
from ..service import ServiceError
from . import announce
from .model import Execution, Pipeline, StageRun
from .records import Records

KIND = "codepipeline.execution"


class Rollbacks:
    """Begins executions of the type ROLLBACK."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud = records.cloud

    def roll_back(self, scope: Scope, name: str, stage: str, target_id: str) -> Execution:
        """Begin a rollback that somebody asks for. Raises the errors of RollbackStage."""
        with self._cloud.store.transaction():
            pipeline = self._records.pipeline(scope, name)
            if stage not in [declared["name"] for declared in pipeline.stages]:
                raise ServiceError("StageNotFoundException", f"{name} has no stage {stage}.")
            target = self._records.execution(scope, name, target_id)
            if reason := self._refusal(scope, pipeline, stage) or _unfit(target, pipeline, stage):
                raise ServiceError("UnableToRollbackStageException", f"{stage} cannot be rolled back: {reason}")
            by = f"arn:aws:iam::{scope.account}:root"
            execution = self._begin(scope, pipeline, stage, target, "ManualRollback", by)
        self._records.ring()
        return execution

    def after_failure(self, scope: Scope, failed: Execution, stage: str) -> Execution | None:
        """Roll the stage in which `failed` has just ended back to its last success; None if there is none to go to.

        To be called inside the transaction that ends `failed`, so that nothing enters the stage in between.
        """
        pipeline = self._records.pipelines.get(scope, failed.pipeline)
        if pipeline is None or self._refusal(scope, pipeline, stage):
            return None
        fit = [e for e in self._records.of(scope, failed.pipeline) if not _unfit(e, pipeline, stage)]
        if not fit:
            return None
        detail = json.dumps({"failedPipelineExecutionId": failed.id})
        return self._begin(scope, pipeline, stage, fit[-1], "AutomatedRollback", detail)

    def _refusal(self, scope: Scope, pipeline: Pipeline, stage: str) -> str:
        """Return why the stage itself cannot be rolled back, or nothing."""
        if pipeline.declaration["pipelineType"] != "V2":
            return "only pipelines of type V2 have rollbacks."
        if pipeline.declaration["executionMode"] == "PARALLEL":
            return "there are no rollbacks in the execution mode PARALLEL."
        if pipeline.stages[0]["name"] == stage:
            return "it is the source stage, which deploys nothing."
        for live in self._records.live(scope, pipeline.name):
            if not live.waiting and self._records.place(scope, live) == stage:
                return f"the execution {live.id} is running in it; wait for its end or stop it."
        return ""

    def _begin(
        self, scope: Scope, pipeline: Pipeline, stage: str, target: Execution, trigger: str, detail: str
    ) -> Execution:
        """The rollback is in its stage from its first moment on, so that it never waits behind others at the door."""
        now = self._cloud.clock.now()
        execution = Execution(
            id=str(uuid.uuid4()), pipeline=pipeline.name, version=pipeline.version, started=now, updated=now,
            number=max(e.number for e in self._records.of(scope, pipeline.name)) + 1, trigger_type=trigger,
            trigger_detail=detail, mode=pipeline.declaration["executionMode"], type="ROLLBACK", target=target.id,
            position=[declared["name"] for declared in pipeline.stages].index(stage), waiting=False,
            stages=[StageRun(stage, "InProgress")], variables=target.variables, namespaces=target.namespaces,
            artifacts=target.artifacts, revisions=target.revisions,
        )  # fmt: skip
        self._records.save(scope, execution)
        announce.execution(self._cloud, scope, execution)
        announce.stage(self._cloud, scope, execution, stage, "InProgress")
        self._cloud.workers.start(KIND, scope, execution.key)
        return execution


def _unfit(target: Execution, pipeline: Pipeline, stage: str) -> str:
    """Return why `target` is none to go back to, or nothing."""
    if target.type == "ROLLBACK":
        return f"{target.id} is a rollback itself; name the execution that it went back to, {target.target}."
    run = target.stage(stage)
    if run is None or run.status != "Succeeded":
        return f"{target.id} has not succeeded in it ({run.status if run else 'it never entered'})."
    if target.version != pipeline.version:
        return f"the pipeline was changed (version {pipeline.version}) since {target.id} (version {target.version})."
    return ""
