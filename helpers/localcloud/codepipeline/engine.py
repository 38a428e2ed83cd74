"""Runs an execution: stage by stage, in each stage the actions of one runOrder side by side."""

from __future__ import annotations

import logging
import threading
import uuid
from itertools import groupby

from ..scope import Scope
from ..service import ServiceError
from ..workers import Job
from . import announce, variables
from .actions import RUNNERS
from .actions.context import ActionContext, ActionFailed, Interrupted, Outcome
from .builds import BuildWatch
from .model import ActionRun, ArtifactRef, Document, Execution, Revision
from .records import Records
from .transitions import Transitions

KIND = "codepipeline.execution"
log = logging.getLogger(__name__)


class Engine:
    """The handler of durable jobs, one for each execution."""

    def __init__(self, records: Records, transitions: Transitions, watch: BuildWatch) -> None:
        self._records = records
        self._transitions = transitions
        self._watch = watch
        self._cloud = records.cloud

    def work(self, job: Job) -> None:
        """Take the execution as far as it goes. After a crash it goes on where the store says it was."""
        try:
            while (execution := self._transitions.enter(job, job.key)) is not None:
                status = _StageOfExecution(self, job, execution).run()
                if status is None:
                    return
                self._transitions.leave(job.scope, job.key, status)
        except (LookupError, ServiceError):
            # The pipeline was deleted while it ran: there is nobody left to tell.
            if self._records.executions.get(job.scope, job.key) is not None:
                raise

    def start_run(self, job: Job, execution: Execution, stage: str, action: Document) -> ActionRun | None:
        """Record a new run of `action`; None if a stop has come meanwhile."""
        now = self._cloud.clock.now()
        run = ActionRun(
            id=str(uuid.uuid4()), pipeline=execution.pipeline, execution=execution.id, version=execution.version,
            stage=stage, action=action["name"], started=now, updated=now, namespace=action.get("namespace", ""),
        )  # fmt: skip
        with self._cloud.store.transaction():
            current = self._records.execution(job.scope, execution.pipeline, execution.id)
            found = current.stage(stage)
            if found is None or current.status == "Stopping":
                return None
            found.actions[run.action] = run.id
            self._records.save(job.scope, current)
            self._records.save_run(job.scope, run)
            announce.action(self._cloud, job.scope, execution, run, action["actionTypeId"])
        return run

    def run_action(self, job: Job, execution_key: str, run: ActionRun, action: Document) -> None:
        """Run an action to its verdict and record that. Raises Interrupted if the local cloud closes."""
        scope = job.scope
        execution = self._records.execution(scope, *_split(execution_key))
        try:
            context = self._context(job, execution, run, action)
            outcome = RUNNERS[_runner_key(action)](context)
        except ActionFailed as failure:
            if self._cloud.workers.closing.is_set():
                # Whatever it could not reach was closing as well: no verdict. It is done again after the next start.
                raise Interrupted from None
            run.status, run.error_code, run.error_message = "Failed", failure.code, str(failure)
            self._record(scope, execution_key, run, action, None)
        except variables.UnresolvedVariable as problem:
            run.status, run.error_code, run.error_message = "Failed", "InvalidVariable", str(problem)
            self._record(scope, execution_key, run, action, None)
        else:
            run.status = "Succeeded"
            self._record(scope, execution_key, run, action, outcome)

    def _context(self, job: Job, execution: Execution, run: ActionRun, action: Document) -> ActionContext:
        run.configuration = variables.resolve(action.get("configuration", {}), execution)
        run.inputs = [self._input(execution, artifact["name"]) for artifact in action.get("inputArtifacts", [])]
        structure = self._records.at_version(job.scope, execution.pipeline, execution.version)
        context = ActionContext(
            records=self._records, watch=self._watch, job=job, execution=execution, action=action, run=run,
            bucket=structure.declaration["artifactStore"]["location"],
        )  # fmt: skip
        context.save()
        return context

    @staticmethod
    def _input(execution: Execution, name: str) -> ArtifactRef:
        if name not in execution.artifacts:
            raise ActionFailed("JobFailed", f"The input artifact {name} was not produced by this execution.")
        return execution.artifacts[name]

    def _record(
        self, scope: Scope, execution_key: str, run: ActionRun, action: Document, outcome: Outcome | None
    ) -> None:
        with self._cloud.store.transaction():
            execution = self._records.execution(scope, *_split(execution_key))
            stored = self._records.run(scope, run.pipeline, run.id)
            if stored is not None and stored.status == "Abandoned":
                return
            if outcome is not None:
                _take(execution, run, outcome)
            self._records.save(scope, execution)
            self._records.save_run(scope, run)
            announce.action(self._cloud, scope, execution, run, action["actionTypeId"])
        self._records.ring()


def _take(execution: Execution, run: ActionRun, outcome: Outcome) -> None:
    run.outputs, run.variables = list(outcome.artifacts), dict(outcome.variables)
    run.summary = outcome.summary or run.summary
    execution.artifacts |= {artifact.name: artifact for artifact in outcome.artifacts}
    if run.namespace:
        execution.namespaces[run.namespace] = dict(outcome.variables)
    if outcome.revision:
        execution.revisions = [r for r in execution.revisions if r.action != run.action]
        execution.revisions.append(
            Revision(run.action, outcome.revision, outcome.summary, outcome.revision_url, outcome.artifacts[0].name)
        )


class _StageOfExecution:
    """One stage of one execution, while it runs."""

    def __init__(self, engine: Engine, job: Job, execution: Execution) -> None:
        self._engine = engine
        self._job = job
        structure = engine._records.at_version(job.scope, execution.pipeline, execution.version)
        self._stage: Document = structure.stages[execution.position]

    def run(self) -> str | None:
        """Return how the stage ended, or None if the local cloud closes."""
        actions = sorted(self._stage["actions"], key=_order)
        for _, side_by_side in groupby(actions, key=_order):
            if not self._run_together(list(side_by_side)):
                return None
            execution = self._reload()
            if execution.status == "Stopping" and not self._running(execution):
                return "Stopped"
            if self._failed(execution):
                return "Failed"
        return "Succeeded"

    def _run_together(self, actions: list[Document]) -> bool:
        """Run the actions that have not succeeded yet, each in a thread; return False if the local cloud closes."""
        interrupted = threading.Event()
        threads = []
        for action in actions:
            run = self._pending(action)
            if run is not None:
                thread = threading.Thread(target=self._one, args=(run, action, interrupted), daemon=True)
                thread.start()
                threads.append(thread)
        for thread in threads:
            thread.join()
        return not interrupted.is_set()

    def _one(self, run: ActionRun, action: Document, interrupted: threading.Event) -> None:
        try:
            self._engine.run_action(self._job, self._job.key, run, action)
        except Interrupted:
            if not self._abandoned():
                interrupted.set()
        except Exception as error:
            if self._abandoned():
                return
            if self._job.stop.is_set():
                interrupted.set()
                return
            log.exception("The action %s of %s met an error that it does not know", run.action, self._job.key)
            run.status, run.error_code = "Failed", "InternalError"
            run.error_message = f"The action met an error that it does not know: {error}"
            self._engine._record(self._job.scope, self._job.key, run, action, None)

    def _pending(self, action: Document) -> ActionRun | None:
        """Return the run to go on with (one that a crash left) or a new one; None if the action succeeded already."""
        execution = self._reload()
        stage = execution.stage(self._stage["name"])
        assert stage is not None
        run_id = stage.actions.get(action["name"])
        last = self._engine._records.run(self._job.scope, execution.pipeline, run_id) if run_id else None
        if last is not None and last.status == "Succeeded":
            return None
        if last is not None and last.status == "InProgress":
            return last
        if execution.status == "Stopping":
            return None
        return self._engine.start_run(self._job, execution, self._stage["name"], action)

    def _failed(self, execution: Execution) -> bool:
        return any(run.status in ("Failed", "Abandoned") for run in self._runs(execution))

    def _running(self, execution: Execution) -> bool:
        return any(run.status == "InProgress" for run in self._runs(execution))

    def _runs(self, execution: Execution) -> list[ActionRun]:
        stage = execution.stage(self._stage["name"])
        assert stage is not None
        found = [self._engine._records.run(self._job.scope, execution.pipeline, id_) for id_ in stage.actions.values()]
        return [run for run in found if run is not None]

    def _abandoned(self) -> bool:
        found = self._engine._records.executions.get(self._job.scope, self._job.key)
        return found is None or found.abandon

    def _reload(self) -> Execution:
        return self._engine._records.execution(self._job.scope, *_split(self._job.key))


def _order(action: Document) -> int:
    return int(action.get("runOrder", 1))


def _split(key: str) -> tuple[str, str]:
    pipeline, _, id_ = key.partition("/")
    return pipeline, id_


def _runner_key(action: Document) -> tuple[str, str]:
    type_ = action["actionTypeId"]
    return type_["category"], type_["provider"]
