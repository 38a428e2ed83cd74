"""The alarm counts the errors that a release reports: one that is dead reports none."""

from typing import Any

from helpers import aws
from labs.commit_to_production import stage
from labs.commit_to_production.wrong import _restoring

EXERCISE = "bake"
MESSAGE = "alarm with missing data: rolled back, but it got 100% of the calls"
before: list[Any] = []


def apply() -> None:
    before.extend([_restoring.alarm(), _restoring.pipeline()])
    _restoring.watch("errors", "FILL(errors, 0)")
    changed = _restoring.pipeline()
    watch = {"AlarmName": aws.name("customers-hurt"), "AlarmStates": "OK,INSUFFICIENT_DATA", "WaitTime": "6"}
    changed["executionMode"] = "QUEUED"
    rule = stage.rule("well", "CloudWatchAlarm", watch)
    _restoring.stage_of(changed, "Production")["onSuccess"] = stage.condition("ROLLBACK", rule)
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
    _restoring.put_alarm(before.pop())
