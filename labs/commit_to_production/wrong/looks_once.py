"""The stage looks at the alarm once its release is everywhere, for no time at all."""

from typing import Any

from helpers import aws
from labs.commit_to_production import stage
from labs.commit_to_production.wrong import _restoring

EXERCISE = "bake"
MESSAGE = "a look at the alarm that lasts no time"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    watch = stage.rule("well", "CloudWatchAlarm", {"AlarmName": aws.name("customers-hurt")})
    changed["executionMode"] = "QUEUED"
    _restoring.stage_of(changed, "Production")["onSuccess"] = stage.condition("ROLLBACK", watch)
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
