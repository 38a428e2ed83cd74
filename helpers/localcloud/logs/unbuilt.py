"""Options of filters that are refused by name rather than ignored."""

from __future__ import annotations

from typing import Any

from ..service import ServiceError

_OPTIONS = ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions", "emitSystemFields")


def refuse_unbuilt(request: dict[str, Any]) -> None:
    """Raise ServiceError if a filter asks for what the local cloud does not have."""
    if given := [option for option in _OPTIONS if request.get(option)]:
        raise ServiceError(
            "InvalidParameterException",
            f"The local cloud does not have {', '.join(given)} of filters; leave it out. docs/fidelity.md lists what"
            " it has.",
        )
