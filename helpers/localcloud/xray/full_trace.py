"""The full trace, compiled from the documents that were sent.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html#xray-api-gettraces : subsegments that came by
themselves are put into their parents, and segments are added for services that send none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from .documents import MAX_DEPTH
from .entity import Entity
from .inferred import inferred_segment
from .trace import Trace

# X-Ray's quota of a trace. Here one that is larger is marked, and nothing of it is dropped.
MAX_BYTES = 500_000


def full_trace(trace: Trace) -> dict[str, Any]:
    """Return `trace` in the API's shape Trace; `Duration` is in seconds."""
    segments = [_segment(document) for document in _documents(trace)]
    return {
        "Id": trace.id,
        "Duration": trace.end - trace.start,
        "LimitExceeded": sum(len(segment["Document"]) for segment in segments) > MAX_BYTES,
        "Segments": segments,
    }


def _documents(trace: Trace) -> Iterator[dict[str, Any]]:
    yield from _compiled([*trace.segments, *trace.orphans])
    for call in trace.inferred_calls:
        yield inferred_segment(call, trace.id)


def _compiled(tops: Iterable[Entity]) -> Iterator[dict[str, Any]]:
    """Yield the documents with their subsegments in them; what lies too deep for JSON readers stays by itself."""
    waiting: list[tuple[Entity, int, dict[str, Any]]] = [(top, 0, {}) for top in reversed(list(tops))]
    made: list[dict[str, Any]] = []
    while waiting:
        entity, depth, parent = waiting.pop()
        document = {key: value for key, value in entity.document.items() if key != "subsegments"}
        if depth == 0 or depth > MAX_DEPTH:
            made.append(document)
            depth = 0
        else:
            parent.setdefault("subsegments", []).append(document)
        waiting += [(child, depth + 1, document) for child in reversed(entity.children)]
    yield from made


def _segment(document: dict[str, Any]) -> dict[str, Any]:
    return {"Id": document["id"], "Document": msgspec.json.encode(document).decode()}
