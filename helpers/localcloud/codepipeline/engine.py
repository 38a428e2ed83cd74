"""Runs executions: stage by stage."""

from __future__ import annotations

from ..service import ServiceError
from ..workers import Job
from .action_runs import ActionRuns
from .actions.context import Interrupted
from .conditions.judge import Judge
from .records import Records
from .retry import Retries
from .stages import StageOfExecution
from .transitions import Transitions


class Engine:
    """The handler of durable jobs, one for each execution."""

    def __init__(self, records: Records, transitions: Transitions, actions: ActionRuns, retries: Retries) -> None:
        self._records = records
        self._transitions = transitions
        self._actions = actions
        self._retries = retries
        self._judge = Judge(records)

    def work(self, job: Job) -> None:
        """Take the execution as far as it goes. After a crash it goes on where the store says it was."""
        try:
            while (execution := self._transitions.enter(job, job.key)) is not None:
                stage = StageOfExecution(self._actions, self._judge, self._retries, job, execution)
                verdict = stage.run()
                if verdict is None:
                    return
                self._transitions.leave(job.scope, job.key, verdict)
        except Interrupted:
            return
        except (LookupError, ServiceError):
            # The pipeline was deleted while it ran: there is nobody left to tell.
            if self._records.executions.get(job.scope, job.key) is not None:
                raise
