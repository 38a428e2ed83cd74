"""Moves the traffic of an alias for the Lambda deploy action: a durable job for each shift.

It is the action's provider: it knows nothing of executions, so it goes on when the local cloud was killed, and when
the execution is abandoned or its pipeline deleted. It ends with all traffic on the new version, or all on the old one.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-LambdaDeploy.html
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..cloud import Cloud
from ..scope import Scope
from ..traffic_shift import Step, alias_at, follow
from ..workers import Job
from .lambda_alarms import AlarmMissing, ringing
from .lambda_settings import Settings
from .records import Records

log = logging.getLogger(__name__)
KIND = "codepipeline.lambda_shift"
# Seconds of this machine between two looks at the alarms.
_TURN = 0.2


class ShiftFailed(Exception):
    """The shift cannot go on; the message says why."""


class _Closing(Exception):
    """The local cloud closes: the job goes on after the next start."""


@dataclass
class LambdaShift:
    """One shift of an alias from the version `original` to `target`; `step` of `steps` has been reached.

    `problem` says why it turned back; it is written before the alias is touched.
    """

    id: str
    function: str
    alias: str
    original: str
    target: str
    steps: list[Step]
    alarms: list[str]
    step: int = 0
    status: str = "InProgress"
    problem: str = ""

    @classmethod
    def of(cls, id_: str, settings: Settings, original: str, target: str) -> LambdaShift:
        """Return a shift as `settings` say, not begun."""
        return cls(id_, settings.function, settings.alias, original, target, settings.steps, settings.alarms)


class LambdaShifts:
    """What is kept of shifts, and the handler of their jobs."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._cloud = records.cloud
        self._shifts = records.cloud.store.collection("codepipeline.lambda_shift", LambdaShift)

    def find(self, scope: Scope, id_: str) -> LambdaShift | None:
        """Return the shift of an action's run."""
        return self._shifts.get(scope, id_)

    def begin(self, scope: Scope, shift: LambdaShift) -> None:
        """Record the shift and start its job (inside a transaction of the caller, if there is one)."""
        with self._cloud.store.transaction():
            self._shifts.put(scope, shift.id, shift)
            self._cloud.workers.start(KIND, scope, shift.id)

    def work(self, job: Job) -> None:
        """Take a shift to its end, from where it was. No verdict if the local cloud closes."""
        shift = self._shifts.get(job.scope, job.key)
        if shift is None or shift.status != "InProgress":
            return
        run = _ShiftRun(self._cloud, job, shift, lambda: self._shifts.put(job.scope, shift.id, shift))
        try:
            run.execute()
        except _Closing:
            return
        self._records.ring()


class _ShiftRun:
    """One run of a job of a shift; `save` writes the shift."""

    def __init__(self, cloud: Cloud, job: Job, shift: LambdaShift, save: Any) -> None:
        self._cloud = cloud
        self._job = job
        self._shift = shift
        self._save = save

    def execute(self) -> None:
        """Move the traffic, or put it back. Raises _Closing."""
        shift = self._shift
        try:
            if not shift.problem:
                follow(self._cloud.clock, shift.steps, shift.step, self._wait_until, self._take)
        except _Closing:
            raise
        except Exception as error:
            self._check_open()
            if not isinstance(error, (ShiftFailed, AlarmMissing)):
                log.exception("The shift of %s:%s met an error that it does not know", shift.function, shift.alias)
            shift.problem = str(error)
            self._save()
        if shift.problem:
            self._turn_back()
        shift.status = "Failed" if shift.problem else "Succeeded"
        self._save()

    def _take(self, number: int, percent: int) -> None:
        self._shift.step = number
        self._save()
        self._put(percent)

    def _put(self, percent: int) -> None:
        from botocore.exceptions import ClientError

        shift, client = self._shift, self._cloud.client("lambda", self._job.scope)
        try:
            # A version that a crash has lost must not get any traffic.
            client.get_function_configuration(
                FunctionName=shift.function, Qualifier=shift.target if percent else shift.original
            )
            client.update_alias(
                FunctionName=shift.function, Name=shift.alias, **alias_at(shift.original, shift.target, percent)
            )
        except ClientError as error:
            raise ShiftFailed(f"The alias {shift.alias} of {shift.function} cannot be moved: {_said(error)}") from None

    def _turn_back(self) -> None:
        shift = self._shift
        try:
            self._put(0)
        except ShiftFailed as error:
            self._check_open()
            shift.problem = f"{shift.problem} It could not be rolled back: {error}"
        else:
            shift.problem = f"{shift.problem} {shift.alias} was rolled back to version {shift.original}."

    def _wait_until(self, moment: datetime) -> None:
        clock = self._cloud.clock
        while True:
            self._check_open()
            self._check_alarms()
            left = (moment - clock.now()).total_seconds()
            if left <= 0:
                return
            clock.wait(self._job.stop, min(left, _TURN) * clock.time_scale)

    def _check_open(self) -> None:
        if self._job.stop.is_set() or self._cloud.workers.closing.is_set():
            raise _Closing

    def _check_alarms(self) -> None:
        if active := ringing(self._cloud.client("cloudwatch", self._job.scope), self._shift.alarms):
            raise ShiftFailed(f"The alarm {', '.join(active)} is in ALARM.")


def _said(error: Any) -> str:
    return str(error.response["Error"]["Message"])
