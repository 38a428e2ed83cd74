"""The stage watches after its success, and fails: the bad release stays."""

from typing import Any

from helpers import aws
from labs.commit_to_production import stage
from labs.commit_to_production.wrong import _restoring

EXERCISE = "bake"
MESSAGE = "a bad release that stays"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    watch = stage.rule("well", "CloudWatchAlarm", {"AlarmName": aws.name("customers-hurt"), "WaitTime": "6"})
    _restoring.stage_of(changed, "Production")["onSuccess"] = stage.condition("FAIL", watch)
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
