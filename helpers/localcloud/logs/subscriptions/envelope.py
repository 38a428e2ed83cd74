"""The form in which subscribers get events.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence

from ...scope import Scope
from ..filterpattern import Pattern
from ..model import LogEvent, SubscriptionFilter

# Of messages in one envelope, before it is packed: Lambda takes 6 MB a call, Kinesis 1 MB a record.
_MAX_CHARACTERS = 500_000


def envelopes(
    scope: Scope,
    subscription: SubscriptionFilter,
    pattern: Pattern,
    events: Sequence[LogEvent],
    streams: Mapping[int, str],
) -> Iterator[tuple[str, bytes]]:
    """Yield (log stream, packed envelope) for the events that match; those of one stream stay in order."""
    by_stream: dict[str, list[tuple[LogEvent, dict[str, str]]]] = {}
    for event in events:
        values = pattern.extract(event.message)
        if values is not None and event.stream in streams:
            by_stream.setdefault(streams[event.stream], []).append((event, values))
    for stream, matching in by_stream.items():
        for part in _parts(matching):
            yield stream, _packed(scope, subscription, stream, pattern, part)


def _parts(matching: Sequence[tuple[LogEvent, dict[str, str]]]) -> Iterator[list[tuple[LogEvent, dict[str, str]]]]:
    part: list[tuple[LogEvent, dict[str, str]]] = []
    size = 0
    for event, values in matching:
        if part and size + len(event.message) > _MAX_CHARACTERS:
            yield part
            part, size = [], 0
        part.append((event, values))
        size += len(event.message)
    yield part


def _packed(
    scope: Scope,
    subscription: SubscriptionFilter,
    stream: str,
    pattern: Pattern,
    part: Sequence[tuple[LogEvent, dict[str, str]]],
) -> bytes:
    named = pattern.kind == "fields"
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": scope.account,
        "logGroup": subscription.group,
        "logStream": stream,
        "subscriptionFilters": [subscription.name],
        "logEvents": [
            {
                "id": event.id,
                "timestamp": event.t,
                "message": event.message,
                **({"extractedFields": {name[1:]: text for name, text in values.items()}} if named else {}),
            }
            for event, values in part
        ],
    }
    return gzip.compress(json.dumps(content, ensure_ascii=False).encode("utf-8"), compresslevel=6, mtime=0)
