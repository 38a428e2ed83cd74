"""Judges the conditions of a stage while its execution waits."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence

from ...scope import Scope
from ...workers import Job
from .. import variables
from ..actions.context import Interrupted
from ..model import ConditionRun, Document, Execution, RuleRun, split_key
from ..records import Records
from .rules import Finding, RuleContext, RuleError
from .types import RULES

# A change of the execution rings the bell; alarms and windows are looked at each turn.
_TURN = 0.5
log = logging.getLogger(__name__)


class Judge:
    """Checks the rules of a condition, all of them together, until it is decided."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._store = records.cloud.store

    def judge(self, job: Job, execution: Execution, stage: Document, kind: str) -> ConditionRun:
        """Wait for the end of a condition and return it; one that was decided before a crash stays as it was.

        Raises Interrupted if the local cloud closes, ServiceError if the pipeline was deleted.
        """
        self._begin(job.scope, execution, stage, kind)
        while True:
            condition = self._look(job.scope, execution.key, stage, kind)
            if condition.status != "InProgress":
                return condition
            self._check_alive(job)
            with self._records.bell:
                self._records.bell.wait(_TURN)

    def _begin(self, scope: Scope, execution: Execution, stage: Document, kind: str) -> None:
        with self._store.transaction():
            current = self._records.execution(scope, execution.pipeline, execution.id)
            found = current.stage(stage["name"])
            assert found is not None
            if kind in found.conditions:
                self._call_again(scope, current, stage["name"], kind)
                return
            condition = found.conditions[kind] = ConditionRun(self._records.cloud.clock.now())
            for rule in stage[kind]["conditions"][0]["rules"]:
                run = self._new_run(scope, current, stage["name"], kind, rule["name"])
                condition.rules[rule["name"]] = run.id
            self._records.save(scope, current)

    def _call_again(self, scope: Scope, execution: Execution, stage: str, kind: str) -> None:
        """A function that ran when the local cloud was killed was killed with it."""
        for run in self._open(scope, execution, stage, kind):
            if run.external_id and not run.answer:
                run.external_id = ""
                self._records.save_rule(scope, run)

    def _new_run(self, scope: Scope, execution: Execution, stage: str, kind: str, rule: str) -> RuleRun:
        now = self._records.cloud.clock.now()
        run = RuleRun(
            id=str(uuid.uuid4()), pipeline=execution.pipeline, execution=execution.id, version=execution.version,
            stage=stage, condition=kind, rule=rule, started=now, updated=now,
        )  # fmt: skip
        self._records.save_rule(scope, run)
        return run

    def _look(self, scope: Scope, key: str, stage: Document, kind: str) -> ConditionRun:
        execution = self._records.execution(scope, *split_key(key))
        for run in self._open(scope, execution, stage["name"], kind):
            rule = next(r for r in stage[kind]["conditions"][0]["rules"] if r["name"] == run.rule)
            self._check(scope, execution, rule, run)
        return self._decide(scope, key, stage["name"], kind)

    def _open(self, scope: Scope, execution: Execution, stage: str, kind: str) -> list[RuleRun]:
        return [run for run in self._runs(scope, execution, stage, kind) if run.status == "InProgress"]

    def _runs(self, scope: Scope, execution: Execution, stage: str, kind: str) -> Sequence[RuleRun]:
        found = execution.stage(stage)
        assert found is not None
        ids = found.conditions[kind].rules.values()
        runs = [self._records.rules.get(scope, f"{execution.pipeline}/{id_}") for id_ in ids]
        return [run for run in runs if run is not None]

    def _check(self, scope: Scope, execution: Execution, rule: Document, run: RuleRun) -> None:
        try:
            context = RuleContext(self._records, scope, execution, rule, run)
            if not run.configuration:
                run.configuration = variables.resolve(rule.get("configuration", {}), execution)
                context.keep()
            finding = RULES[rule["ruleTypeId"]["provider"]].check(context)
        except variables.UnresolvedVariable as problem:
            self._note(scope, run, None, RuleError("InvalidVariable", str(problem)))
        except RuleError as problem:
            self._note(scope, run, None, problem)
        except Exception as error:
            if self._records.cloud.workers.closing.is_set():
                raise Interrupted from None
            log.exception("The rule %s of %s met an error that it does not know", run.rule, run.pipeline)
            self._note(scope, run, None, RuleError("InternalError", f"The rule met an unknown error: {error}"))
        else:
            if finding is not None:
                self._note(scope, run, finding, None)

    def _note(self, scope: Scope, run: RuleRun, finding: Finding | None, error: RuleError | None) -> None:
        with self._store.transaction():
            stored = self._records.rules.get(scope, run.key)
            if stored is None or stored.status != "InProgress":
                return
            if error is not None:
                run.status, run.error_code, run.error_message = "Failed", error.code, str(error)
            elif finding is not None:
                run.status, run.summary = "Succeeded" if finding.passed else "Failed", finding.summary
            self._records.save_rule(scope, run)

    def _decide(self, scope: Scope, key: str, stage: str, kind: str) -> ConditionRun:
        with self._store.transaction():
            execution = self._records.execution(scope, *split_key(key))
            found = execution.stage(stage)
            assert found is not None
            condition = found.conditions[kind]
            if condition.status != "InProgress":
                return condition
            status, summary = _verdict(execution, self._runs(scope, execution, stage, kind))
            if status != "InProgress":
                end(self._records, scope, condition, execution, status, summary)
        return condition

    def _check_alive(self, job: Job) -> None:
        if job.stop.is_set() or self._records.cloud.workers.closing.is_set():
            raise Interrupted


def end(
    records: Records, scope: Scope, condition: ConditionRun, execution: Execution, status: str, summary: str
) -> None:
    """Decide a condition of `execution` (in a transaction); rules that are not done by then are abandoned."""
    condition.status, condition.summary, condition.changed = status, summary, records.cloud.clock.now()
    for id_ in condition.rules.values():
        run = records.rules.get(scope, f"{execution.pipeline}/{id_}")
        if run is not None and run.status == "InProgress":
            run.status = "Abandoned"
            records.save_rule(scope, run)
    records.save(scope, execution)


def _verdict(execution: Execution, runs: Sequence[RuleRun]) -> tuple[str, str]:
    """A condition succeeds if all of its rules do, and is decided by the first that does not."""
    if execution.status == "Stopping":
        return "Abandoned" if execution.abandon else "Cancelled", "The execution was stopped."
    for run in runs:
        if run.status == "Failed":
            said = f"The rule {run.rule} did not pass. {run.error_message or run.summary}"
            return "Errored" if run.error_code else "Failed", said
    if all(run.status == "Succeeded" for run in runs):
        return "Succeeded", " ".join(run.summary for run in runs)
    return "InProgress", ""
