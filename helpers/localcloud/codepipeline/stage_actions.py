"""Runs the actions of a stage: those of one runOrder side by side."""

from __future__ import annotations

import logging
import threading
from itertools import groupby

from ..workers import Job
from .action_runs import ActionRuns
from .actions.context import Interrupted
from .model import ActionRun, Document, Execution, split_key

log = logging.getLogger(__name__)


class StageActions:
    """The actions of one stage in one execution, while they run."""

    def __init__(self, runs: ActionRuns, job: Job, stage: Document) -> None:
        """`stage` is its declaration."""
        self._action_runs = runs
        self._records = runs.records
        self._job = job
        self._stage = stage

    def run(self) -> str | None:
        """Return how they ended (Succeeded, Failed or Stopped), or None if the local cloud closes."""
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
            self._action_runs.run(self._job, self._job.key, run, action)
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
            self._action_runs.record(self._job.scope, self._job.key, run, action, None)

    def _pending(self, action: Document) -> ActionRun | None:
        """Return the run to go on with (one that a crash left) or a new one; None if the action succeeded already."""
        execution = self._reload()
        stage = execution.stage(self._stage["name"])
        assert stage is not None
        run_id = stage.actions.get(action["name"])
        last = self._records.run(self._job.scope, execution.pipeline, run_id) if run_id else None
        if last is not None and last.status == "Succeeded":
            return None
        if last is not None and last.status == "InProgress":
            return last
        if execution.status == "Stopping":
            return None
        return self._action_runs.start(self._job, execution, self._stage["name"], action)

    def _failed(self, execution: Execution) -> bool:
        return any(run.status in ("Failed", "Abandoned") for run in self._runs(execution))

    def _running(self, execution: Execution) -> bool:
        return any(run.status == "InProgress" for run in self._runs(execution))

    def _runs(self, execution: Execution) -> list[ActionRun]:
        stage = execution.stage(self._stage["name"])
        assert stage is not None
        found = [self._records.run(self._job.scope, execution.pipeline, id_) for id_ in stage.actions.values()]
        return [run for run in found if run is not None]

    def _abandoned(self) -> bool:
        found = self._records.executions.get(self._job.scope, self._job.key)
        return found is None or found.abandon

    def _reload(self) -> Execution:
        return self._records.execution(self._job.scope, *split_key(self._job.key))


def _order(action: Document) -> int:
    return int(action.get("runOrder", 1))
