"""The list with the digest replaces the one that said how often the calendar may be asked."""

from typing import Any

from labs.commit_to_production.wrong import _restoring

EXERCISE = "matrix"
MESSAGE = "no number in TRIES any more"
before: list[Any] = []


def apply() -> None:
    before.append(_restoring.pipeline())
    changed = _restoring.pipeline()
    _restoring.tell(changed, DIGEST="#{build.DIGEST}")
    _restoring.put(changed)


def undo() -> None:
    _restoring.put(before.pop())
