"""Runs the actions of executions to their verdicts."""

from __future__ import annotations

import uuid

from ..scope import Scope
from ..workers import Job
from . import announce, variables
from .actions import RUNNERS
from .actions.context import ActionContext, ActionFailed, Interrupted, Outcome
from .builds import BuildWatch
from .model import ActionRun, ArtifactRef, Document, Execution, Revision, split_key
from .records import Records


class ActionRuns:
    """Starts runs of actions and records what comes of them."""

    def __init__(self, records: Records, watch: BuildWatch) -> None:
        self.records = records
        self._watch = watch
        self._cloud = records.cloud

    def start(self, job: Job, execution: Execution, stage: str, action: Document) -> ActionRun | None:
        """Record a new run of `action`; None if a stop has come meanwhile."""
        now = self._cloud.clock.now()
        run = ActionRun(
            id=str(uuid.uuid4()), pipeline=execution.pipeline, execution=execution.id, version=execution.version,
            stage=stage, action=action["name"], started=now, updated=now, namespace=action.get("namespace", ""),
        )  # fmt: skip
        with self._cloud.store.transaction():
            current = self.records.execution(job.scope, execution.pipeline, execution.id)
            found = current.stage(stage)
            if found is None or current.status == "Stopping":
                return None
            found.actions[run.action] = run.id
            self.records.save(job.scope, current)
            self.records.save_run(job.scope, run)
            announce.action(self._cloud, job.scope, execution, run, action["actionTypeId"])
        return run

    def run(self, job: Job, execution_key: str, run: ActionRun, action: Document) -> None:
        """Run an action to its verdict and record that. Raises Interrupted if the local cloud closes."""
        scope = job.scope
        execution = self.records.execution(scope, *split_key(execution_key))
        try:
            context = self._context(job, execution, run, action)
            outcome = RUNNERS[_runner_key(action)](context)
        except ActionFailed as failure:
            if self._cloud.workers.closing.is_set():
                # Whatever it could not reach was closing as well: no verdict. It is done again after the next start.
                raise Interrupted from None
            run.status, run.error_code, run.error_message = "Failed", failure.code, str(failure)
            self.record(scope, execution_key, run, action, None)
        except variables.UnresolvedVariable as problem:
            run.status, run.error_code, run.error_message = "Failed", "InvalidVariable", str(problem)
            self.record(scope, execution_key, run, action, None)
        else:
            run.status = "Succeeded"
            self.record(scope, execution_key, run, action, outcome)

    def _context(self, job: Job, execution: Execution, run: ActionRun, action: Document) -> ActionContext:
        run.configuration = variables.resolve(action.get("configuration", {}), execution)
        run.inputs = [self._input(execution, artifact["name"]) for artifact in action.get("inputArtifacts", [])]
        structure = self.records.at_version(job.scope, execution.pipeline, execution.version)
        context = ActionContext(
            records=self.records, watch=self._watch, job=job, execution=execution, action=action, run=run,
            bucket=structure.declaration["artifactStore"]["location"],
        )  # fmt: skip
        context.save()
        return context

    @staticmethod
    def _input(execution: Execution, name: str) -> ArtifactRef:
        if name not in execution.artifacts:
            raise ActionFailed("JobFailed", f"The input artifact {name} was not produced by this execution.")
        return execution.artifacts[name]

    def record(
        self, scope: Scope, execution_key: str, run: ActionRun, action: Document, outcome: Outcome | None
    ) -> None:
        """Write the verdict of a run, and what it gave; an abandoned one stays as it is."""
        with self._cloud.store.transaction():
            execution = self.records.execution(scope, *split_key(execution_key))
            stored = self.records.run(scope, run.pipeline, run.id)
            if stored is not None and stored.status == "Abandoned":
                return
            if outcome is not None:
                _take(execution, run, outcome)
            self.records.save(scope, execution)
            self.records.save_run(scope, run)
            announce.action(self._cloud, scope, execution, run, action["actionTypeId"])
        self.records.ring()


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


def _runner_key(action: Document) -> tuple[str, str]:
    type_ = action["actionTypeId"]
    return type_["category"], type_["provider"]
