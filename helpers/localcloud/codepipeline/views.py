"""Shows what is stored in the forms of the API."""

from __future__ import annotations

from typing import Any

from ..scope import Scope
from .conditions import show as conditions
from .model import ActionRun, ArtifactRef, Document, Execution, Pipeline, Revision
from .providers import Provider
from .records import Records


def metadata(scope: Scope, pipeline: Pipeline) -> Document:
    """Return the API shape PipelineMetadata."""
    arn = scope.arn("codepipeline", pipeline.name)
    return {"pipelineArn": arn, "created": pipeline.created, "updated": pipeline.updated}


def summary(pipeline: Pipeline) -> Document:
    """Return the API shape PipelineSummary."""
    return {
        "name": pipeline.name,
        "version": pipeline.version,
        "created": pipeline.created,
        "updated": pipeline.updated,
        "pipelineType": pipeline.declaration["pipelineType"],
        "executionMode": pipeline.declaration["executionMode"],
    }


def execution(found: Execution) -> Document:
    """Return the API shape PipelineExecution."""
    return {
        "pipelineName": found.pipeline,
        "pipelineVersion": found.version,
        "pipelineExecutionId": found.id,
        "status": found.status,
        "statusSummary": found.summary or None,
        "artifactRevisions": [_artifact_revision(revision) for revision in found.revisions],
        "variables": [{"name": name, "resolvedValue": value} for name, value in found.variables.items()],
        "trigger": _trigger(found),
        "executionMode": found.mode,
        "executionType": found.type,
        "rollbackMetadata": {"rollbackTargetPipelineExecutionId": found.target} if found.target else None,
    }


def execution_summary(found: Execution) -> Document:
    """Return the API shape PipelineExecutionSummary."""
    return {
        "pipelineExecutionId": found.id,
        "status": found.status,
        "statusSummary": found.summary or None,
        "startTime": found.started,
        "lastUpdateTime": found.updated,
        "sourceRevisions": [
            {
                "actionName": revision.action,
                "revisionId": revision.id,
                "revisionSummary": revision.summary,
                "revisionUrl": revision.url or None,
            }
            for revision in found.revisions
        ],
        "trigger": _trigger(found),
        "stopTrigger": {"reason": found.stop_reason} if found.stop_reason is not None else None,
        "executionMode": found.mode,
        "executionType": found.type,
        "rollbackMetadata": {"rollbackTargetPipelineExecutionId": found.target} if found.target else None,
    }


def _trigger(found: Execution) -> Document:
    return {"triggerType": found.trigger_type, "triggerDetail": found.trigger_detail}


def _artifact_revision(revision: Revision) -> Document:
    return {
        "name": revision.artifact,
        "revisionId": revision.id,
        "revisionSummary": revision.summary,
        "revisionUrl": revision.url or None,
    }


def action_detail(run: ActionRun, declaration: Document) -> Document:
    """Return the API shape ActionExecutionDetail."""
    return {
        "pipelineExecutionId": run.execution,
        "actionExecutionId": run.id,
        "pipelineVersion": run.version,
        "stageName": run.stage,
        "actionName": run.action,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "updatedBy": run.updated_by or None,
        "status": run.status,
        "input": {
            "actionTypeId": declaration["actionTypeId"],
            "configuration": declaration.get("configuration", {}),
            "resolvedConfiguration": run.configuration,
            "namespace": run.namespace or None,
            "inputArtifacts": [_detail(ref) for ref in run.inputs],
        },
        "output": {
            "outputArtifacts": [_detail(ref) for ref in run.outputs],
            "outputVariables": run.variables,
            "executionResult": {
                "externalExecutionId": run.external_id or None,
                "externalExecutionSummary": run.summary or None,
                "externalExecutionUrl": run.external_url or None,
                "errorDetails": _error(run),
            },
        },
    }


def action_type(provider: Provider) -> Document:
    """Return the API shape ActionType."""
    names = [(name, True) for name in provider.required] + [(name, False) for name in provider.optional]
    return {
        "id": {"category": provider.category, "owner": "AWS", "provider": provider.name, "version": "1"},
        "actionConfigurationProperties": [
            {"name": name, "required": required, "key": required, "secret": False} for name, required in names
        ],
        "inputArtifactDetails": _counts(provider.inputs),
        "outputArtifactDetails": _counts(provider.outputs),
    }


def _counts(allowed: tuple[int, int]) -> Document:
    return {"minimumCount": allowed[0], "maximumCount": allowed[1]}


def _detail(ref: ArtifactRef) -> Document:
    return {"name": ref.name, "s3location": {"bucket": ref.bucket, "key": ref.key}}


def _error(run: ActionRun) -> Document | None:
    return {"code": run.error_code, "message": run.error_message} if run.error_code else None


class StateView:
    """Makes the answer of GetPipelineState: each stage with its latest execution and who waits at its door."""

    def __init__(self, records: Records, scope: Scope, pipeline: Pipeline) -> None:
        self._records = records
        self._scope = scope
        self._pipeline = pipeline
        self._executions = list(records.of(scope, pipeline.name))

    def show(self) -> Document:
        """Return the API shape GetPipelineStateOutput."""
        return {
            "pipelineName": self._pipeline.name,
            "pipelineVersion": self._pipeline.version,
            "stageStates": [self._stage(stage) for stage in self._pipeline.stages],
            "created": self._pipeline.created,
            "updated": self._pipeline.updated,
        }

    def _stage(self, stage: Document) -> Document:
        latest = self._latest(stage["name"])
        inbound = [e for e in self._executions if e.live and e.waiting and self._place(e) == stage["name"]]
        shown: Document = {
            "stageName": stage["name"],
            "inboundTransitionState": self._door(stage["name"]),
            "actionStates": [self._action(latest, stage["name"], action) for action in stage["actions"]],
        }
        if inbound:
            shown["inboundExecutions"] = [_short(e, e.status) for e in inbound]
            shown["inboundExecution"] = shown["inboundExecutions"][-1]
        if latest is not None:
            run = latest.stage(stage["name"])
            assert run is not None
            stopping = latest.status == "Stopping" and run.status == "InProgress"
            shown["latestExecution"] = {**_short(latest, "Stopping" if stopping else run.status), "type": latest.type}
            shown |= conditions.states(self._records, self._scope, latest, run)
        return shown

    def _place(self, execution: Execution) -> str:
        return self._records.place(self._scope, execution)

    def _latest(self, stage: str) -> Execution | None:
        return next((e for e in reversed(self._executions) if e.stage(stage) is not None), None)

    def _door(self, stage: str) -> Document:
        disabled = self._pipeline.disabled.get(stage)
        if disabled is None:
            return {"enabled": True}
        return {
            "enabled": False,
            "disabledReason": disabled.reason,
            "lastChangedAt": disabled.since,
            "lastChangedBy": f"arn:aws:iam::{self._scope.account}:root",
        }

    def _action(self, latest: Execution | None, stage: str, action: Document) -> Document:
        shown: Document = {"actionName": action["name"]}
        found = latest.stage(stage) if latest else None
        run_id = found.actions.get(action["name"]) if found else None
        run = self._records.run(self._scope, self._pipeline.name, run_id) if run_id else None
        if run is not None and latest is not None:
            shown["latestExecution"] = _latest_run(run, latest.mode)
            shown |= _revision(latest, run)
        return shown


def _latest_run(run: ActionRun, mode: str) -> Document:
    # Executions in PARALLEL mode have several open approvals at once: there, as on AWS, the token is the
    # externalExecutionId that ListActionExecutions gives.
    asks = bool(run.token) and run.status == "InProgress" and mode != "PARALLEL"
    return {
        "actionExecutionId": run.id,
        "status": run.status,
        "summary": run.summary or None,
        "lastStatusChange": run.updated,
        "token": run.token if asks else None,
        "lastUpdatedBy": run.updated_by or None,
        "externalExecutionId": run.external_id or None,
        "externalExecutionUrl": run.external_url or None,
        "errorDetails": _error(run),
    }


def _revision(latest: Execution, run: ActionRun) -> Document:
    for revision in latest.revisions:
        if revision.action == run.action:
            change = {"revisionId": revision.id, "revisionChangeId": revision.id, "created": run.updated}
            return {"currentRevision": change, "revisionUrl": revision.url or None}
    return {}


def _short(execution: Execution, status: str) -> dict[str, Any]:
    return {"pipelineExecutionId": execution.id, "status": status}
