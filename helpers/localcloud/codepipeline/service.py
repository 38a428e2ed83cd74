"""The operations of CodePipeline. https://docs.aws.amazon.com/codepipeline/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..cloud import Cloud
from ..paging import page
from ..resource import Resource
from ..scope import Scope
from ..service import ServiceError
from . import structure, views
from .action_runs import ActionRuns
from .builds import BuildWatch
from .engine import Engine
from .executions import Executions
from .lambda_shift import KIND as LAMBDA_SHIFT
from .lambda_shift import LambdaShifts
from .model import ActionRun, Disabled, Pipeline
from .providers import PROVIDERS
from .rollback import KIND
from .stage_service import StageOperations
from .transitions import Transitions
from .triggers import Triggers

Request = dict[str, Any]
_PAGE = 100
_MOST_VARIABLES = 122_880
_BAD_TOKEN = "InvalidNextTokenException"


class CodePipeline(StageOperations):
    """Pipelines, their executions and what people and functions say to them."""

    service: ClassVar[str] = "codepipeline"

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._executions = Executions(self._records)
        self._triggers = Triggers(self._records, self._executions.start)

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        watch = BuildWatch(self.cloud.events)
        transitions = Transitions(self._records, self._rollbacks)
        engine = Engine(self._records, transitions, ActionRuns(self._records, watch), self._retries)
        self.cloud.workers.register(KIND, engine.work)
        self.cloud.workers.register(LAMBDA_SHIFT, LambdaShifts(self._records).work)
        self._triggers.begin()

    # Pipelines

    def create_pipeline(self, scope: Scope, request: Request) -> Request:
        declaration = _complete(request["pipeline"])
        tags = {tag["key"]: tag["value"] for tag in request.get("tags", [])}
        now = self.cloud.clock.now()
        pipeline = Pipeline(declaration["name"], 1, {**declaration, "version": 1}, now, now, tags)
        with self.cloud.store.transaction():
            if self._records.pipelines.get(scope, pipeline.name):
                raise ServiceError("PipelineNameInUseException", f"A pipeline {pipeline.name} exists already.")
            self._records.keep(scope, pipeline)
            if all("defaultValue" in variable for variable in declaration.get("variables", [])):
                # As on AWS, a pipeline runs once when it is made.
                self._executions.begin(scope, pipeline.name, "CreatePipeline", f"arn:aws:iam::{scope.account}:root")
        return {"pipeline": pipeline.declaration, "tags": request.get("tags")}

    def update_pipeline(self, scope: Scope, request: Request) -> Request:
        declaration = _complete(request["pipeline"])
        with self.cloud.store.transaction():
            pipeline = self._records.pipeline(scope, declaration["name"])
            pipeline.version += 1
            pipeline.declaration = {**declaration, "version": pipeline.version}
            pipeline.updated = self.cloud.clock.now()
            self._records.keep(scope, pipeline)
        return {"pipeline": pipeline.declaration}

    def get_pipeline(self, scope: Scope, request: Request) -> Request:
        pipeline = self._records.pipeline(scope, request["name"])
        if "version" in request:
            pipeline = self._records.at_version(scope, pipeline.name, request["version"])
        return {"pipeline": pipeline.declaration, "metadata": views.metadata(scope, pipeline)}

    def list_pipelines(self, scope: Scope, request: Request) -> Request:
        found = sorted(self._records.pipelines.list(scope), key=lambda pipeline: pipeline.name)
        items, token = page(found, request.get("nextToken"), request.get("maxResults", 1000), _BAD_TOKEN)
        return {"pipelines": [views.summary(pipeline) for pipeline in items], "nextToken": token}

    def delete_pipeline(self, scope: Scope, request: Request) -> Request:
        for execution in self._records.live(scope, request["name"]):
            self.cloud.workers.stop(KIND, scope, execution.key)
        self._records.forget(scope, request["name"])
        self._records.ring()
        return {}

    def get_pipeline_state(self, scope: Scope, request: Request) -> Request:
        return views.StateView(self._records, scope, self._records.pipeline(scope, request["name"])).show()

    # Executions

    def start_pipeline_execution(self, scope: Scope, request: Request) -> Request:
        execution = self._executions.start(
            scope, request["name"], "StartPipelineExecution", f"arn:aws:iam::{scope.account}:root",
            request.get("variables"), request.get("clientRequestToken", ""), request.get("sourceRevisions"),
        )  # fmt: skip
        return {"pipelineExecutionId": execution.id}

    def stop_pipeline_execution(self, scope: Scope, request: Request) -> Request:
        self._records.pipeline(scope, request["pipelineName"])
        return {"pipelineExecutionId": self._executions.stop(scope, request).id}

    def get_pipeline_execution(self, scope: Scope, request: Request) -> Request:
        self._records.pipeline(scope, request["pipelineName"])
        found = self._records.execution(scope, request["pipelineName"], request["pipelineExecutionId"])
        return {"pipelineExecution": views.execution(found)}

    def list_pipeline_executions(self, scope: Scope, request: Request) -> Request:
        """The newest first."""
        self._records.pipeline(scope, request["pipelineName"])
        found = list(reversed(self._records.of(scope, request["pipelineName"])))
        if stage := request.get("filter", {}).get("succeededInStage", {}).get("stageName"):
            found = [e for e in found if (run := e.stage(stage)) is not None and run.status == "Succeeded"]
        items, token = page(found, request.get("nextToken"), request.get("maxResults", _PAGE), _BAD_TOKEN)
        return {"pipelineExecutionSummaries": [views.execution_summary(e) for e in items], "nextToken": token}

    def list_action_executions(self, scope: Scope, request: Request) -> Request:
        """The newest first."""
        pipeline = self._records.pipeline(scope, request["pipelineName"])
        runs = self._filtered(scope, pipeline.name, request.get("filter", {}))
        items, token = page(runs, request.get("nextToken"), request.get("maxResults", _PAGE), _BAD_TOKEN)
        details = [views.action_detail(run, self._records.declared(scope, run)) for run in items]
        return {"actionExecutionDetails": details, "nextToken": token}

    def _filtered(self, scope: Scope, pipeline: str, wanted: Request) -> list[ActionRun]:
        runs = list(reversed(self._records.runs_of(scope, pipeline)))
        latest = wanted.get("latestInPipelineExecution", {})
        execution = wanted.get("pipelineExecutionId") or latest.get("pipelineExecutionId")
        if execution is None:
            return runs
        self._records.execution(scope, pipeline, execution)
        runs = [run for run in runs if run.execution == execution]
        if latest.get("startTimeRange") == "Latest":
            newest = {(run.stage, run.action): run.id for run in reversed(runs)}
            runs = [run for run in runs if run.id in newest.values()]
        return runs

    def list_action_types(self, scope: Scope, request: Request) -> Request:
        if request.get("actionOwnerFilter", "AWS") != "AWS":
            return {"actionTypes": []}
        return {"actionTypes": [views.action_type(provider) for provider in PROVIDERS.values()]}

    # Doors and answers

    def disable_stage_transition(self, scope: Scope, request: Request) -> Request:
        if request["transitionType"] != "Inbound":
            raise ServiceError("ValidationException", "Only the Inbound transition of a stage can be disabled.")
        with self.cloud.store.transaction():
            pipeline = self._with_stage(scope, request)
            pipeline.disabled[request["stageName"]] = Disabled(request["reason"], self.cloud.clock.now())
            self._records.pipelines.put(scope, pipeline.name, pipeline)
        return {}

    def enable_stage_transition(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            pipeline = self._with_stage(scope, request)
            pipeline.disabled.pop(request["stageName"], None)
            self._records.pipelines.put(scope, pipeline.name, pipeline)
        self._records.ring()
        return {}

    def _with_stage(self, scope: Scope, request: Request) -> Pipeline:
        pipeline = self._records.pipeline(scope, request["pipelineName"])
        if request["stageName"] not in [stage["name"] for stage in pipeline.stages]:
            raise ServiceError("StageNotFoundException", f"{pipeline.name} has no stage {request['stageName']}.")
        return pipeline

    def put_approval_result(self, scope: Scope, request: Request) -> Request:
        return {"approvedAt": self._executions.approve(scope, request).updated}

    def put_job_success_result(self, scope: Scope, request: Request) -> Request:
        details = request.get("executionDetails", {})
        result = {
            "status": "Succeeded",
            "summary": details.get("summary", ""),
            "variables": request.get("outputVariables", {}),
        }
        size = sum(len(name) + len(value) for name, value in result["variables"].items())
        if size > _MOST_VARIABLES:
            raise ServiceError(
                "OutputVariablesSizeExceededException",
                f"The output variables have {size} characters together; {_MOST_VARIABLES} are allowed.",
            )
        self._executions.finish_job(scope, request["jobId"], result, request.get("continuationToken", ""))
        return {}

    def put_job_failure_result(self, scope: Scope, request: Request) -> Request:
        self._executions.finish_job(scope, request["jobId"], {"status": "Failed", **request["failureDetails"]})
        return {}

    # Tags

    def tag_resource(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            pipeline = self._by_arn(scope, request["resourceArn"])
            pipeline.tags |= {tag["key"]: tag["value"] for tag in request["tags"]}
            self._records.pipelines.put(scope, pipeline.name, pipeline)
        return {}

    def untag_resource(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            pipeline = self._by_arn(scope, request["resourceArn"])
            pipeline.tags = {k: v for k, v in pipeline.tags.items() if k not in request["tagKeys"]}
            self._records.pipelines.put(scope, pipeline.name, pipeline)
        return {}

    def list_tags_for_resource(self, scope: Scope, request: Request) -> Request:
        tags = self._by_arn(scope, request["resourceArn"]).tags
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def _by_arn(self, scope: Scope, arn: str) -> Pipeline:
        name = arn.removeprefix(scope.arn("codepipeline", ""))
        found = self._records.pipelines.get(scope, name)
        if found is None:
            raise ServiceError("ResourceNotFoundException", f"{arn} is not a pipeline of this account and region.")
        return found


def _complete(given: Request) -> Request:
    """Fill in what AWS fills in, and hold the structure against the rules."""
    declaration = {"pipelineType": "V1", "executionMode": "SUPERSEDED", **given}
    structure.check(declaration)
    return declaration
