"""The release itself is tried again."""

from typing import Any

from labs.commit_to_production.wrong import _restoring

EXERCISE = "retries"
MESSAGE = "the stage Production is retried as a whole"
AGAIN = {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    for name in ("Test", "Production"):
        _restoring.stage_of(changed, name)["onFailure"] = AGAIN
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
