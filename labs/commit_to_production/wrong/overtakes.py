"""Each release for itself, as fast as it can: an older one comes to production after a newer one."""

from typing import Any

from labs.commit_to_production.wrong import _restoring

EXERCISE = "matrix"
MESSAGE = "concurrent push: older at 100 %"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    _restoring.tell(changed, TRIES="4", DIGEST="#{build.DIGEST}")
    _restoring.stage_of(changed, "Production").pop("onSuccess")
    changed["executionMode"] = "PARALLEL"
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
