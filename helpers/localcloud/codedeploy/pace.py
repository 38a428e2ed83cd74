"""Waits as a deployment waits: for a time or a condition, and never past a stop, an alarm or the end of the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..cloud import Cloud
from ..scope import Scope
from ..workers import Job
from .alarms import AlarmWatch
from .model import Wishes

# Seconds of this machine between two looks.
_TURN = 0.1


class StopAsked(Exception):
    """The deployment is to stop; `roll_back` is what StopDeployment said about a rollback, None if nothing.

    `code` is an ErrorCode of the API.
    """

    def __init__(
        self,
        roll_back: bool | None,
        code: str = "MANUAL_STOP",
        message: str = "The deployment was stopped by a call of StopDeployment.",
    ) -> None:
        super().__init__(message)
        self.roll_back = roll_back
        self.code = code


class Interrupted(Exception):
    """The local cloud closes, or forgets the account: the job ends without a verdict."""


def _never() -> bool:
    return False


class Pace:
    """What a deployment's worker waits with."""

    def __init__(self, cloud: Cloud, scope: Scope, deployment: str, job: Job, alarms: AlarmWatch | None) -> None:
        self._cloud = cloud
        self._scope = scope
        self._deployment = deployment
        self._job = job
        self._alarms = alarms
        self._wishes = cloud.store.collection("codedeploy.wishes", Wishes)

    def wait(self, aws_seconds: float, done: Callable[[], bool] = _never) -> bool:
        """Wait until `done`, at most `aws_seconds` of AWS's time; return whether it was done.

        Raises Interrupted, StopAsked or AlarmActive.
        """
        return self.wait_until(self._cloud.clock.now() + self.scaled(aws_seconds), done)

    def wait_until(self, moment: datetime, done: Callable[[], bool] = _never) -> bool:
        """Wait until `done`, at most until `moment`; return whether it was done. Raises as `wait`."""
        clock = self._cloud.clock
        while not done():
            self.check()
            left = (moment - clock.now()).total_seconds()
            if left <= 0:
                return False
            clock.wait(self._job.stop, min(left, _TURN) * clock.time_scale)
        return True

    def check(self) -> None:
        """Raise Interrupted, StopAsked or AlarmActive if the deployment must not go on."""
        if self._job.stop.is_set():
            raise Interrupted
        wishes = self.wishes()
        if wishes.stop:
            raise StopAsked(wishes.roll_back)
        if self._alarms:
            self._alarms.check()

    def wishes(self) -> Wishes:
        """Return what callers have asked of the deployment."""
        return self._wishes.get(self._scope, self._deployment) or Wishes()

    def scaled(self, aws_seconds: float) -> timedelta:
        """Return how long `aws_seconds` of AWS's time are here."""
        return timedelta(seconds=aws_seconds / self._cloud.clock.time_scale)
