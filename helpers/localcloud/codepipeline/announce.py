"""The events of pipelines, in CodePipeline's own form.

https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
"""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from .model import ActionRun, ArtifactRef, Execution

_STATES = {"InProgress": "STARTED", "Cancelled": "CANCELED"}


def execution(cloud: Cloud, scope: Scope, found: Execution, state: str = "") -> None:
    """Announce the state of an execution; `state` if it is not what its status says ("RESUMED")."""
    detail: dict[str, Any] = {"execution-trigger": _trigger(found)}
    if found.stop_reason:
        detail["stop-execution-comments"] = found.stop_reason
    _emit(cloud, scope, found, "Pipeline", state or _state(found.status), detail)


def stage(cloud: Cloud, scope: Scope, found: Execution, name: str, status: str, state: str = "") -> None:
    """Announce the state of a stage; `state` if it is not what `status` says ("RESUMED")."""
    _emit(cloud, scope, found, "Stage", state or _state(status), {"stage": name})


def action(cloud: Cloud, scope: Scope, found: Execution, run: ActionRun, type_: dict[str, str]) -> None:
    """Announce the state of an action."""
    detail: dict[str, Any] = {
        "stage": run.stage,
        "action": run.action,
        "action-execution-id": run.id,
        "type": {key: type_[key] for key in ("owner", "category", "provider", "version")},
        "region": scope.region,
        "input-artifacts": [_artifact(ref) for ref in run.inputs],
        "output-artifacts": [_artifact(ref) for ref in run.outputs],
    }
    if run.external_id or run.summary or run.error_message:
        detail["execution-result"] = _result(run)
    _emit(cloud, scope, found, "Action", _state(run.status), detail)


def _result(run: ActionRun) -> dict[str, str]:
    result = {
        "external-execution-id": run.external_id,
        "external-execution-url": run.external_url,
        "external-execution-summary": run.error_message or run.summary,
        "error-code": run.error_code,
    }
    return {name: value for name, value in result.items() if value}


def _artifact(ref: ArtifactRef) -> dict[str, Any]:
    return {"name": ref.name, "s3location": {"bucket": ref.bucket, "key": ref.key}}


def _state(status: str) -> str:
    return _STATES.get(status, status.upper())


def _emit(cloud: Cloud, scope: Scope, found: Execution, kind: str, state: str, detail: dict[str, Any]) -> None:
    whole = {
        "pipeline": found.pipeline,
        "execution-id": found.id,
        "start-time": found.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": float(found.version),
        "pipeline-execution-attempt": float(found.attempt),
        "state": state,
        **detail,
    }
    arn = scope.arn("codepipeline", found.pipeline)
    cloud.events.emit(scope, "aws.codepipeline", f"CodePipeline {kind} Execution State Change", whole, [arn])


def _trigger(found: Execution) -> dict[str, str]:
    return {"trigger-type": found.trigger_type, "trigger-detail": found.trigger_detail}
