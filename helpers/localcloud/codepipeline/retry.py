"""Runs a failed stage again, when somebody asks for it or by the stage's own onFailure.

https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html
"""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from ..service import ServiceError
from . import announce
from .model import PASSED, Execution, StageRun
from .records import Records
from .rollback import KIND

AUTOMATED, MANUAL = "AutomatedStageRetry", "ManualStageRetry"


class Retries:
    """Puts a stage of an execution back to where it has to run again."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud = records.cloud

    def retry(self, scope: Scope, request: dict[str, Any]) -> Execution:
        """Do RetryStageExecution. Raises its errors."""
        with self._cloud.store.transaction():
            pipeline = self._records.pipeline(scope, request["pipelineName"])
            execution = self._records.execution(scope, pipeline.name, request["pipelineExecutionId"])
            names = [stage["name"] for stage in pipeline.stages]
            if request["stageName"] not in names:
                there = ", ".join(names)
                raise ServiceError(
                    "StageNotFoundException", f"There is no stage {request['stageName']}; there are {there}."
                )
            stage = self._retryable(scope, execution, request["stageName"], pipeline.version)
            self._again(scope, execution, stage, request["retryMode"], MANUAL)
            self._cloud.workers.start(KIND, scope, execution.key)
        self._records.ring()
        return execution

    def retry_once(self, scope: Scope, execution: Execution, stage: str, mode: str) -> bool:
        """Make the stage, which has failed, ready to run again, at most once; return whether it is to."""
        with self._cloud.store.transaction():
            current = self._records.execution(scope, execution.pipeline, execution.id)
            run = current.stage(stage)
            if run is None or current.status != "InProgress" or run.retries.get(AUTOMATED):
                return False
            self._again(scope, current, run, mode, AUTOMATED)
        self._records.ring()
        return True

    def resume(self, scope: Scope, execution: Execution, stage: StageRun) -> None:
        """Take an execution that ended in `stage` up again there (inside a transaction of the caller)."""
        stage.status, execution.status, execution.waiting = "InProgress", "InProgress", False
        execution.abandon, execution.stop_reason, execution.summary = False, None, ""
        execution.attempt += 1
        self._records.save(scope, execution)
        announce.execution(self._cloud, scope, execution, "RESUMED")
        announce.stage(self._cloud, scope, execution, stage.name, "InProgress", "RESUMED")

    def _again(self, scope: Scope, execution: Execution, stage: StageRun, mode: str, trigger: str) -> None:
        keep = mode == "FAILED_ACTIONS"
        stage.actions = {n: i for n, i in stage.actions.items() if keep and self._succeeded(scope, execution, i)}
        # What let the execution in is not asked again; what kept it out or came after is.
        entry = stage.conditions.get("beforeEntry")
        stage.conditions = {"beforeEntry": entry} if entry and entry.status in PASSED else {}
        stage.latest_retry, stage.retries[trigger] = trigger, stage.retries.get(trigger, 0) + 1
        self.resume(scope, execution, stage)

    def _retryable(self, scope: Scope, execution: Execution, name: str, version: int) -> StageRun:
        stage = execution.stage(name)
        if stage is None:
            raise ServiceError(
                "StageNotRetryableException",
                f"The execution {execution.id} never entered the stage {name}, so there is nothing to retry in it.",
            )
        if execution.live or stage.status not in ("Failed", "Stopped"):
            raise ServiceError(
                "StageNotRetryableException", f"The stage {name} is {stage.status}; only a failed one can be retried."
            )
        if execution.version != version:
            raise ServiceError(
                "StageNotRetryableException",
                f"The pipeline was changed (version {version}) after this execution (version {execution.version}).",
            )
        self.check_latest(scope, execution, name)
        return stage

    def check_latest(self, scope: Scope, execution: Execution, stage: str) -> None:
        """Raise NotLatestPipelineExecutionException if a newer execution has been in `stage`."""
        newer = [e for e in self._records.of(scope, execution.pipeline) if e.number > execution.number]
        if execution.mode != "PARALLEL" and any(e.stage(stage) is not None for e in newer):
            raise ServiceError(
                "NotLatestPipelineExecutionException", f"Another execution has entered the stage {stage} since."
            )

    def _succeeded(self, scope: Scope, execution: Execution, run_id: str) -> bool:
        run = self._records.run(scope, execution.pipeline, run_id)
        return run is not None and run.status == "Succeeded"
