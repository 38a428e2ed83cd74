"""Starts and stops executions, and takes the answers that actions wait for."""

from __future__ import annotations

import json
import uuid
from typing import Any

from ..scope import Scope
from ..service import ServiceError
from . import announce, revisions, variables
from .model import ActionRun, Execution, RuleRun
from .records import Records
from .rollback import KIND

Request = dict[str, Any]
# https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
MOST_CONCURRENT = 50


class Executions:
    """What can be done to executions from outside."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud = records.cloud

    def start(
        self, scope: Scope, name: str, trigger: str, detail: str, given: list[dict[str, str]] | None = None,
        token: str = "", chosen: list[Request] | None = None,
    ) -> Execution:  # fmt: skip
        """Do what `begin` does, and tell those who wait for a change. Not to be called inside a transaction."""
        execution = self.begin(scope, name, trigger, detail, given, token, chosen)
        self._records.ring()
        return execution

    def begin(
        self, scope: Scope, name: str, trigger: str, detail: str, given: list[dict[str, str]] | None = None,
        token: str = "", chosen: list[Request] | None = None,
    ) -> Execution:  # fmt: skip
        """Begin an execution of the pipeline as it is now. A token that was used before gives the same execution."""
        with self._cloud.store.transaction():
            pipeline = self._records.pipeline(scope, name)
            earlier = list(self._records.of(scope, name))
            if token and (same := next((e for e in earlier if e.token == token), None)):
                return same
            _check_room(pipeline.declaration["executionMode"], earlier)
            now = self._cloud.clock.now()
            execution = Execution(
                id=str(uuid.uuid4()), pipeline=name, version=pipeline.version, started=now, updated=now,
                number=max((e.number for e in earlier), default=0) + 1, trigger_type=trigger, trigger_detail=detail,
                mode=pipeline.declaration["executionMode"], token=token,
                variables=variables.start_values(pipeline.declaration, given or []),
                chosen=revisions.chosen(pipeline, chosen or []),
            )  # fmt: skip
            self._records.save(scope, execution)
            announce.execution(self._cloud, scope, execution)
            self._cloud.workers.start(KIND, scope, execution.key)
        return execution

    def stop(self, scope: Scope, request: Request) -> Execution:
        """Ask an execution to stop: after the running actions, or (abandon) at once."""
        with self._cloud.store.transaction():
            execution = self._records.execution(scope, request["pipelineName"], request["pipelineExecutionId"])
            abandon = bool(request.get("abandon"))
            if not execution.live:
                raise ServiceError(
                    "PipelineExecutionNotStoppableException",
                    f"The execution {execution.id} is {execution.status}; only one in progress can be stopped.",
                )
            if execution.status == "Stopping" and not abandon:
                raise ServiceError(
                    "DuplicatedStopRequestException", f"The execution {execution.id} is stopping already."
                )
            execution.status, execution.stop_reason = "Stopping", request.get("reason", "")
            execution.abandon = execution.abandon or abandon
            self._records.save(scope, execution)
            announce.execution(self._cloud, scope, execution)
            if abandon:
                self._abandon(scope, execution)
        self._records.ring()
        return execution

    def _abandon(self, scope: Scope, execution: Execution) -> None:
        """What the provider does goes on; only the pipeline no longer waits for it."""
        for run in self._records.runs_of(scope, execution.pipeline):
            if run.execution == execution.id and run.status == "InProgress":
                run.status = "Abandoned"
                self._records.save_run(scope, run)
                announce.action(self._cloud, scope, execution, run, self._records.declared(scope, run)["actionTypeId"])

    def approve(self, scope: Scope, request: Request) -> ActionRun:
        """Take the answer to an approval. Raises the API's errors for a token that is not the open one's."""
        with self._cloud.store.transaction():
            pipeline = self._records.pipeline(scope, request["pipelineName"])
            stage = _named(pipeline.stages, request["stageName"], "StageNotFoundException", "stage")
            _named(stage["actions"], request["actionName"], "ActionNotFoundException", "action")
            run = self._by_token(scope, request)
            if run.answer or run.status != "InProgress":
                raise ServiceError("ApprovalAlreadyCompletedException", "This approval has had its answer already.")
            result = request["result"]
            run.answer, run.summary = result["status"], result["summary"]
            run.updated_by = f"arn:aws:iam::{scope.account}:root"
            self._records.save_run(scope, run)
        self._records.ring()
        return run

    def _by_token(self, scope: Scope, request: Request) -> ActionRun:
        for run in self._records.runs_of(scope, request["pipelineName"]):
            place = (run.stage, run.action) == (request["stageName"], request["actionName"])
            if place and run.token and run.token == request["token"]:
                return run
        raise ServiceError(
            "InvalidApprovalTokenException",
            "The token is not that of an open approval here; GetPipelineState gives it while the approval waits.",
        )

    def finish_job(self, scope: Scope, job_id: str, result: dict[str, Any], continuation: str = "") -> None:
        """Take the result of a Lambda function, or (`continuation`) its wish to be called again.

        Raises JobNotFoundException or InvalidJobStateException.
        """
        with self._cloud.store.transaction():
            run = self._open_job(scope, job_id)
            if not continuation:
                run.answer = json.dumps(result)
            elif isinstance(run, RuleRun):
                raise ServiceError(
                    "InvalidJobStateException", f"The job {job_id} is a rule's, which is called only once."
                )
            else:
                run.continuation = continuation
            if isinstance(run, RuleRun):
                self._records.save_rule(scope, run)
            else:
                self._records.save_run(scope, run)
        self._records.ring()

    def _open_job(self, scope: Scope, job_id: str) -> ActionRun | RuleRun:
        jobs: list[ActionRun | RuleRun] = [*self._records.runs.list(scope), *self._records.rules.list(scope)]
        run = next((run for run in jobs if job_id == run.id == run.external_id), None)
        if run is None:
            raise ServiceError("JobNotFoundException", f"There is no job {job_id}.")
        if run.answer or run.status != "InProgress":
            raise ServiceError(
                "InvalidJobStateException", f"The job {job_id} is over ({run.status}); its result came too late."
            )
        return run


def _check_room(mode: str, earlier: list[Execution]) -> None:
    under_way = sum(execution.live for execution in earlier)
    if mode != "SUPERSEDED" and under_way >= MOST_CONCURRENT:
        raise ServiceError(
            "ConcurrentPipelineExecutionsLimitExceededException",
            f"{under_way} executions are under way; in the mode {mode} at most {MOST_CONCURRENT} can be at once.",
        )


def _named(items: list[dict[str, Any]], name: str, error: str, what: str) -> dict[str, Any]:
    found = next((item for item in items if item["name"] == name), None)
    if found is None:
        raise ServiceError(error, f"There is no {what} {name}; there are {', '.join(item['name'] for item in items)}.")
    return found
