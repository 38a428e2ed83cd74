"""GetLogGroupFields: which fields the latest events of a group have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from ..scope import Scope
from .foundation import LogsFoundation, Request
from .names import requested_group

_MINUTE = 60_000
_SAMPLE = 1_000
_ALWAYS = ("@ingestionTime", "@log", "@logStream", "@message", "@timestamp")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class FieldOperations(LogsFoundation):
    """The operation that tells the fields of a group."""

    def get_log_group_fields(self, scope: Scope, request: Request) -> Request:
        group = self._group(scope, requested_group(scope, request))
        # The last 15 minutes, or 8 minutes before and after a time that is given (in seconds).
        middle = request["time"] * 1000 if "time" in request else None
        start, end = (middle - 8 * _MINUTE, middle + 8 * _MINUTE) if middle else (self._now() - 15 * _MINUTE, 2**62)
        events = self._journal.select(
            "t BETWEEN ? AND ? AND t >= ? AND stream IN (SELECT unnest(?::BIGINT[]))",
            [start, end, self._horizon(group), [s.number for s in self._journal.streams(scope, group.name)]],
            order="t DESC, seq DESC",
            limit=_SAMPLE,
        )
        counts = Counter(name for event in events for name in set(_names(event.message)))
        counts.update(dict.fromkeys(_ALWAYS if events else (), len(events)))
        return {
            "logGroupFields": [
                {"name": name, "percent": round(100 * count / len(events))} for name, count in sorted(counts.items())
            ]
        }


def _names(message: str) -> Iterator[str]:
    try:
        yield from _leaves(_decode(message), "")
    except (msgspec.MsgspecError, RecursionError):
        return


def _leaves(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _leaves(child, f"{name}.{number}")
    else:
        yield name
