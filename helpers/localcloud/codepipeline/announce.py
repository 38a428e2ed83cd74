"""The events of pipelines, in CodePipeline's own form.

https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
"""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from .model import ActionRun, Execution

_STATES = {"InProgress": "STARTED", "Cancelled": "CANCELED"}


def execution(cloud: Cloud, scope: Scope, found: Execution) -> None:
    """Announce the state of an execution."""
    _emit(cloud, scope, found, "Pipeline", found.status, {"execution-trigger": _trigger(found)})


def stage(cloud: Cloud, scope: Scope, found: Execution, name: str, status: str) -> None:
    """Announce the state of a stage."""
    _emit(cloud, scope, found, "Stage", status, {"stage": name})


def action(cloud: Cloud, scope: Scope, found: Execution, run: ActionRun, type_: dict[str, str]) -> None:
    """Announce the state of an action."""
    detail: dict[str, Any] = {
        "stage": run.stage,
        "action": run.action,
        "action-execution-id": run.id,
        "type": {key: type_[key] for key in ("owner", "category", "provider", "version")},
        "region": scope.region,
    }
    if run.external_id or run.summary or run.error_message:
        detail["execution-result"] = {
            "external-execution-id": run.external_id,
            "external-execution-url": run.external_url,
            "external-execution-summary": run.summary or run.error_message,
        }
    _emit(cloud, scope, found, "Action", run.status, detail)


def _emit(cloud: Cloud, scope: Scope, found: Execution, kind: str, status: str, detail: dict[str, Any]) -> None:
    whole = {
        "pipeline": found.pipeline,
        "execution-id": found.id,
        "version": float(found.version),
        "state": _STATES.get(status, status.upper()),
        **detail,
    }
    arn = scope.arn("codepipeline", found.pipeline)
    cloud.events.emit(scope, "aws.codepipeline", f"CodePipeline {kind} Execution State Change", whole, [arn])


def _trigger(found: Execution) -> dict[str, str]:
    return {"trigger-type": found.trigger_type, "trigger-detail": found.trigger_detail}
