"""All fields of one log event, found by its pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...columns import Columns
from ...scope import Scope
from ...service import ServiceError
from . import pointers

_EVENT = """
SELECT e.t, e.ingested, e.message, s.name, s.log_group FROM log_event e JOIN log_stream s ON e.stream = s.stream
WHERE e.stream = $1 AND e.seq = $2 AND s.account = $3 AND s.region = $4
"""


def read(columns: Columns, scope: Scope, pointer: str) -> dict[str, str]:
    """Return the fields of the event: those with @, and the members of a JSON line by their paths.

    Raises InvalidParameterException for what is no pointer, ResourceNotFoundException if its event is gone.
    """
    event = pointers.event(pointer)
    if event is None:
        raise ServiceError(
            "InvalidParameterException", "logRecordPointer is not a pointer; take @ptr from the results of a query."
        )
    rows = columns.query(_EVENT, [*event, scope.account, scope.region])
    if not rows:
        raise ServiceError("ResourceNotFoundException", "The log event of this pointer does not exist (any more).")
    time, ingested, message, stream, group = rows[0]
    built_in = {
        "@timestamp": str(time),
        "@ingestionTime": str(ingested),
        "@message": message,
        "@logStream": stream,
        "@log": f"{scope.account}:{group}",
        "@ptr": pointer,
    }
    return {**_members(message), **built_in}


def _members(message: str) -> dict[str, str]:
    try:
        line = json.loads(message)
        return dict(_leaves("", line)) if isinstance(line, dict) else {}
    except (ValueError, RecursionError):
        return {}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in named:
            own = f"@{name}" if not path and str(name).startswith("@") else str(name)
            yield from _leaves(f"{path}.{own}" if path else own, member)
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value)
