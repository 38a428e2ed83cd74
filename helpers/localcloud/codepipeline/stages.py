"""The course of a stage: its entry condition, its actions, and what its success or failure leads to.

https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ..workers import Job
from .action_runs import ActionRuns
from .conditions.judge import Judge
from .model import PASSED, ConditionRun, Document, Execution
from .retry import Retries
from .stage_actions import StageActions

_STOPPED = ("Cancelled", "Abandoned")


@dataclass(frozen=True)
class Verdict:
    """How a stage ended, whether it is to be rolled back, and why."""

    status: str
    roll_back: bool = False
    reason: str = ""


class StageOfExecution:
    """One stage of one execution, while it runs."""

    def __init__(self, actions: ActionRuns, judge: Judge, retries: Retries, job: Job, execution: Execution) -> None:
        self._judge = judge
        self._retries = retries
        self._job = job
        self._execution = execution
        structure = actions.records.at_version(job.scope, execution.pipeline, execution.version)
        self._stage: Document = structure.stages[execution.position]
        self._actions = StageActions(actions, job, self._stage)

    def run(self) -> Verdict | None:
        """Return how the stage ended, or None if the local cloud closes. Raises Interrupted for the same reason."""
        if verdict := self._entry():
            return verdict
        while (status := self._actions.run()) is not None:
            if status == "Succeeded":
                return self._after_success()
            if status != "Failed":
                return Verdict(status)
            if verdict := self._after_failure():
                return verdict
        return None

    def _entry(self) -> Verdict | None:
        condition = self._condition("beforeEntry")
        if condition is None or condition.status in PASSED:
            return None
        if condition.status in _STOPPED:
            return Verdict("Stopped")
        # A rule that could not be checked is no answer, so it is no reason to skip either.
        skip = self._result("beforeEntry") == "SKIP" and condition.status == "Failed"
        return Verdict("Skipped" if skip else "Failed", reason="" if skip else condition.summary)

    def _after_success(self) -> Verdict:
        condition = self._condition("onSuccess")
        if condition is None or condition.status in PASSED:
            return Verdict("Succeeded")
        if condition.status in _STOPPED:
            return Verdict("Stopped")
        return Verdict("Failed", self._result("onSuccess") == "ROLLBACK", condition.summary)

    def _after_failure(self) -> Verdict | None:
        """Return None if the stage is to run again."""
        if self._execution.type == "ROLLBACK" or "onFailure" not in self._stage:
            return Verdict("Failed")
        condition = self._condition("onFailure")
        if condition is not None and condition.status != "Succeeded":
            return Verdict("Stopped" if condition.status in _STOPPED else "Failed", reason=condition.summary)
        if self._result("onFailure") == "RETRY":
            mode = self._stage["onFailure"].get("retryConfiguration", {}).get("retryMode", "FAILED_ACTIONS")
            again = self._retries.retry_once(self._job.scope, self._execution, self._stage["name"], mode)
            return None if again else Verdict("Failed", reason="It failed again after its automatic retry.")
        return Verdict("Failed", roll_back=True, reason=condition.summary if condition else "")

    def _condition(self, kind: str) -> ConditionRun | None:
        """Return how the condition went; None if there is none. A rollback goes ahead without conditions."""
        if self._execution.type == "ROLLBACK" or not self._stage.get(kind, {}).get("conditions"):
            return None
        return self._judge.judge(self._job, self._execution, self._stage, kind)

    def _result(self, kind: str) -> str:
        declared = self._stage[kind]
        conditions = declared.get("conditions") or [{}]
        return str(conditions[0].get("result") or declared.get("result", "FAIL"))
