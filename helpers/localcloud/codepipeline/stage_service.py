"""The operations of CodePipeline on single stages: retry, rollback and conditions."""

from __future__ import annotations

from typing import Any

from ..cloud import Cloud
from ..paging import page
from ..scope import Scope
from ..service import Service
from .conditions import show
from .conditions.override import Overrides
from .conditions.types import RULES
from .model import RuleRun
from .records import Records
from .retry import Retries
from .rollback import Rollbacks

Request = dict[str, Any]
_PAGE = 100


class StageOperations(Service):
    """What people say to a stage after, or instead of, its own course."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._records = Records(cloud)
        self._retries = Retries(self._records)
        self._rollbacks = Rollbacks(self._records)
        self._overrides = Overrides(self._records, self._retries)

    def retry_stage_execution(self, scope: Scope, request: Request) -> Request:
        return {"pipelineExecutionId": self._retries.retry(scope, request).id}

    def rollback_stage(self, scope: Scope, request: Request) -> Request:
        execution = self._rollbacks.roll_back(
            scope, request["pipelineName"], request["stageName"], request["targetPipelineExecutionId"]
        )
        return {"pipelineExecutionId": execution.id}

    def override_stage_condition(self, scope: Scope, request: Request) -> Request:
        self._overrides.override(scope, request)
        return {}

    def list_rule_executions(self, scope: Scope, request: Request) -> Request:
        """The newest first."""
        pipeline = self._records.pipeline(scope, request["pipelineName"])
        runs = self._rule_runs(scope, pipeline.name, request.get("filter", {}))
        size = request.get("maxResults", _PAGE)
        items, token = page(runs, request.get("nextToken"), size, "InvalidNextTokenException")
        details = [show.detail(run, self._records.declared_rule(scope, run)) for run in items]
        return {"ruleExecutionDetails": details, "nextToken": token}

    def _rule_runs(self, scope: Scope, pipeline: str, wanted: Request) -> list[RuleRun]:
        runs = list(reversed(self._records.rules_of(scope, pipeline)))
        latest = wanted.get("latestInPipelineExecution", {})
        execution = wanted.get("pipelineExecutionId") or latest.get("pipelineExecutionId")
        if execution is None:
            return runs
        self._records.execution(scope, pipeline, execution)
        runs = [run for run in runs if run.execution == execution]
        if latest.get("startTimeRange") == "Latest":
            newest = {(run.stage, run.condition, run.rule): run.id for run in reversed(runs)}
            runs = [run for run in runs if run.id in newest.values()]
        return runs

    def list_rule_types(self, scope: Scope, request: Request) -> Request:
        return {"ruleTypes": [show.rule_type(type_) for type_ in RULES.values()]}
