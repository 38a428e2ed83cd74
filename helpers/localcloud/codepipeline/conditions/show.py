"""Shows conditions and rules in the forms of the API."""

from __future__ import annotations

from typing import Any

from ...scope import Scope
from ..model import ConditionRun, Document, Execution, RuleRun, StageRun
from ..records import Records
from ..retry import AUTOMATED, MANUAL
from .declared import KINDS
from .types import RuleType


def states(records: Records, scope: Scope, execution: Execution, stage: StageRun) -> Document:
    """Return the members of the API shape StageState that tell of conditions and retries."""
    shown: Document = {
        f"{kind}ConditionState": _state(records, scope, execution, stage.conditions[kind])
        for kind in KINDS
        if kind in stage.conditions
    }
    if stage.latest_retry:
        shown["retryStageMetadata"] = {
            "autoStageRetryAttempt": stage.retries.get(AUTOMATED),
            "manualStageRetryAttempt": stage.retries.get(MANUAL),
            "latestRetryTrigger": stage.latest_retry,
        }
    return shown


def _state(records: Records, scope: Scope, execution: Execution, condition: ConditionRun) -> Document:
    latest = {"status": condition.status, "summary": condition.summary or None}
    runs = [records.rules.get(scope, f"{execution.pipeline}/{id_}") for id_ in condition.rules.values()]
    state = {
        "latestExecution": {**latest, "lastStatusChange": condition.changed},
        "ruleStates": [{"ruleName": run.rule, "latestExecution": _latest(run)} for run in runs if run is not None],
    }
    return {"latestExecution": latest, "conditionStates": [state]}


def _latest(run: RuleRun) -> Document:
    return {
        "ruleExecutionId": run.id,
        "status": run.status,
        "summary": run.summary or None,
        "lastStatusChange": run.updated,
        "externalExecutionId": run.external_id or None,
        "errorDetails": _error(run),
    }


def detail(run: RuleRun, rule: Document) -> Document:
    """Return the API shape RuleExecutionDetail of a run of `rule`, as it was declared."""
    return {
        "pipelineExecutionId": run.execution,
        "ruleExecutionId": run.id,
        "pipelineVersion": run.version,
        "stageName": run.stage,
        "ruleName": run.rule,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "status": run.status,
        "input": {
            "ruleTypeId": rule["ruleTypeId"],
            "configuration": rule.get("configuration", {}),
            "resolvedConfiguration": run.configuration,
        },
        "output": {
            "executionResult": {
                "externalExecutionId": run.external_id or None,
                "externalExecutionSummary": run.summary or None,
                "errorDetails": _error(run),
            }
        },
    }


def rule_type(type_: RuleType) -> Document:
    """Return the API shape RuleType."""
    names = [(name, True) for name in type_.required] + [(name, False) for name in type_.optional]
    properties: list[dict[str, Any]] = [
        {"name": name, "required": required, "key": required, "secret": False} for name, required in names
    ]
    return {
        "id": {"category": "Rule", "owner": "AWS", "provider": type_.provider, "version": "1"},
        "ruleConfigurationProperties": properties,
        "inputArtifactDetails": {"minimumCount": 0, "maximumCount": 0},
    }


def _error(run: RuleRun) -> Document | None:
    return {"code": run.error_code, "message": run.error_message} if run.error_code else None
