"""Who may enter a stage, and when.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html: a stage is locked by one
execution; in SUPERSEDED mode one waits in front of it, and a newer one takes the place of the one that waits; in
QUEUED mode they enter in order; in PARALLEL mode there are no locks.
"""

from __future__ import annotations

from ..scope import Scope
from ..workers import Job
from . import announce
from .model import Execution, Pipeline, StageRun
from .records import Records
from .rollback import Rollbacks
from .stages import Verdict

# The bell tells of every change at once; looking again is for a job that is told to end.
_LOOK_AGAIN = 1.0


class Transitions:
    """Moves executions from stage to stage."""

    def __init__(self, records: Records, rollbacks: Rollbacks) -> None:
        self._records = records
        self._rollbacks = rollbacks

    def enter(self, job: Job, execution_key: str) -> Execution | None:
        """Wait until the execution may enter its next stage, and enter it.

        Returns None if it was superseded, stopped, or the local cloud closes.
        """
        closing = self._records.cloud.workers.closing
        while not (job.stop.is_set() or closing.is_set()):
            with self._records.bell:
                execution, verdict = self._try(job.scope, execution_key)
                if verdict is None:
                    self._records.bell.wait(_LOOK_AGAIN)
                    continue
            self._records.ring()
            return execution if verdict else None
        return None

    def _try(self, scope: Scope, key: str) -> tuple[Execution, bool | None]:
        """Return whether the execution entered (True), will not (False), or has to wait (None)."""
        with self._records.cloud.store.transaction():
            execution = self._records.executions.get(scope, key)
            pipeline = self._records.pipelines.get(scope, key.partition("/")[0])
            if execution is None or pipeline is None or not execution.live:
                return execution or _gone(key), False
            if not execution.waiting:
                # A crash or a retry left it in the middle of the stage. What runs there ends first, also in a stop.
                return execution, True
            if execution.status == "Stopping":
                self.end(scope, execution, "Stopped")
                return execution, False
            return execution, self._enter_or_wait(scope, execution, pipeline)

    def _enter_or_wait(self, scope: Scope, execution: Execution, pipeline: Pipeline) -> bool | None:
        name = self._records.place(scope, execution)
        others = [e for e in self._records.live(scope, execution.pipeline) if e.id != execution.id]
        # By name: after an update the same stage can have another position.
        here = [other for other in others if self._records.place(scope, other) == name]
        if execution.mode == "SUPERSEDED" and self._overtaken(scope, execution, here):
            return False
        if name in pipeline.disabled or not self._free(execution, here):
            return None
        execution.waiting = False
        execution.stages = [stage for stage in execution.stages if stage.name != name]
        execution.stages.append(StageRun(name, "InProgress"))
        self._records.save(scope, execution)
        announce.stage(self._records.cloud, scope, execution, name, "InProgress")
        return True

    def _overtaken(self, scope: Scope, execution: Execution, here: list[Execution]) -> bool:
        """Supersede what waits here and is older; return whether we ourselves were superseded so."""
        waiting = [other for other in here if other.waiting]
        newest = max([execution, *waiting], key=lambda found: found.number)
        for older in [execution, *waiting]:
            if older is not newest:
                older.summary = f"Superseded by execution {newest.id}"
                self.end(scope, older, "Superseded")
        return newest is not execution

    def _free(self, execution: Execution, here: list[Execution]) -> bool:
        if execution.mode == "PARALLEL":
            return True
        if any(not other.waiting for other in here):
            return False
        return execution.mode != "QUEUED" or all(other.number > execution.number for other in here)

    def leave(self, scope: Scope, execution_key: str, verdict: Verdict) -> None:
        """Note how the stage went and move on: to the next stage's door, or to the end and perhaps a rollback."""
        with self._records.cloud.store.transaction():
            execution = self._records.executions.get(scope, execution_key) or _gone(execution_key)
            stage = execution.stages[-1]
            stage.status = verdict.status
            announce.stage(self._records.cloud, scope, execution, stage.name, verdict.status)
            structure = self._records.at_version(scope, execution.pipeline, execution.version)
            if verdict.status not in ("Succeeded", "Skipped"):
                self._fail(scope, execution, stage.name, verdict)
            elif execution.type == "ROLLBACK" or execution.position + 1 == len(structure.stages):
                self.end(scope, execution, "Succeeded")
            else:
                execution.position, execution.waiting = execution.position + 1, True
                self._records.save(scope, execution)
        self._records.ring()

    def _fail(self, scope: Scope, execution: Execution, stage: str, verdict: Verdict) -> None:
        """In one transaction, so that nothing enters the stage before its rollback."""
        execution.summary = f"{stage}: {verdict.reason}" if verdict.reason else ""
        self.end(scope, execution, verdict.status)
        if not verdict.roll_back:
            return
        begun = self._rollbacks.after_failure(scope, execution, stage)
        said = f"Rolled back by {begun.id} to {begun.target}." if begun else "There is no success to roll back to."
        execution.summary = f"{execution.summary} {said}".strip()
        self._records.save(scope, execution)

    def end(self, scope: Scope, execution: Execution, status: str) -> None:
        """End an execution."""
        execution.status = status
        self._records.save(scope, execution)
        announce.execution(self._records.cloud, scope, execution)


def _gone(key: str) -> Execution:
    raise LookupError(f"The execution {key} is gone: its pipeline was deleted while it ran.")
