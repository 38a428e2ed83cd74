"""Tests get a second try, and the API is asked until the end of days."""

from typing import Any

from labs.commit_to_production.wrong import _restoring

EXERCISE = "retries"
MESSAGE = "TRIES is not given"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    again = {"result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"}}
    _restoring.stage_of(changed, "Test")["onFailure"] = again
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
