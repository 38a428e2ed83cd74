"""The digest of one release, written down for all that follow."""

from typing import Any

from labs.commit_to_production.wrong import _restoring

EXERCISE = "matrix"
MESSAGE = "a digest that is written down"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    _restoring.tell(changed, TRIES="4", DIGEST="0" * 64)
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
