"""Lets an execution go on in spite of a condition.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OverrideStageCondition.html
"""

from __future__ import annotations

from typing import Any

from ...scope import Scope
from ...service import ServiceError
from ..model import ConditionRun, Execution, StageRun
from ..records import Records
from ..retry import Retries
from ..rollback import KIND
from .judge import end

_KINDS = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess"}


class Overrides:
    """Decides conditions from outside."""

    def __init__(self, records: Records, retries: Retries) -> None:
        self._records = records
        self._retries = retries

    def override(self, scope: Scope, request: dict[str, Any]) -> None:
        """Override a condition that is being checked, or one whose failure (result FAIL) ended the execution.

        Raises the errors of OverrideStageCondition.
        """
        with self._records.cloud.store.transaction():
            pipeline = self._records.pipeline(scope, request["pipelineName"])
            name, kind = request["stageName"], _KINDS[request["conditionType"]]
            if name not in [stage["name"] for stage in pipeline.stages]:
                raise ServiceError("StageNotFoundException", f"{pipeline.name} has no stage {name}.")
            execution, stage, condition = self._found(scope, request, kind)
            if condition.status != "InProgress":
                self._check_resumable(scope, execution, stage, kind)
            end(self._records, scope, condition, execution, "Overridden", f"Overridden; before: {condition.status}.")
            if not execution.live:
                self._retries.resume(scope, execution, stage)
                self._records.cloud.workers.start(KIND, scope, execution.key)
        self._records.ring()

    def _found(
        self, scope: Scope, request: dict[str, Any], kind: str
    ) -> tuple[Execution, StageRun, ConditionRun]:  # fmt: skip
        id_ = request["pipelineExecutionId"]
        execution = self._records.executions.get(scope, f"{request['pipelineName']}/{id_}")
        stage = execution.stage(request["stageName"]) if execution else None
        condition = stage.conditions.get(kind) if stage else None
        if execution is None or stage is None or condition is None:
            raise _not(f"The execution {id_} has no {kind} condition in the stage {request['stageName']}.")
        return execution, stage, condition

    def _check_resumable(self, scope: Scope, execution: Execution, stage: StageRun, kind: str) -> None:
        status = stage.conditions[kind].status
        structure = self._records.at_version(scope, execution.pipeline, execution.version).stages
        declared = next(found for found in structure if found["name"] == stage.name)
        result = declared[kind]["conditions"][0].get("result", "FAIL")
        if execution.status != "Failed" or stage.status != "Failed" or status not in ("Failed", "Errored"):
            raise _not(
                f"The {kind} condition is {status} and the stage {stage.name} {stage.status}: nothing to override."
            )
        if result == "ROLLBACK":
            raise _not(f"The failure of the {kind} condition has rolled the stage {stage.name} back already.")
        self._retries.check_latest(scope, execution, stage.name)


def _not(message: str) -> ServiceError:
    return ServiceError("ConditionNotOverridableException", message)
