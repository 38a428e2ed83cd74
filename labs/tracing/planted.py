"""Three systems of which only traces are known: in none of them the longest bar is what makes it slow."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from helpers import aws, tracing

Document = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """What a service does in a trace, from `start` to `end` in milliseconds after the beginning, and whom it calls."""

    service: str
    start: int
    end: int
    calls: tuple[Work, ...] = ()


def _bookings() -> Work:
    rooms = Work("availability", 30, 660, (Work("cache", 60, 120), Work("rooms", 150, 230)))
    return Work("web", 0, 1000, (rooms, Work("payment", 670, 970)))


def _search() -> Work:
    shards = (Work("shard-1", 40, 180), Work("shard-2", 40, 330))
    ranking, profile = Work("ranking", 20, 470, shards), Work("profile", 20, 400)
    return Work("web", 0, 520, (ranking, profile, Work("statistics", 480, 1700)))


def _feed() -> Work:
    likes = tuple(Work("likes", 200 + 60 * number, 245 + 60 * number) for number in range(12))
    posts, adverts = Work("posts", 190, 940, likes), Work("adverts", 190, 640)
    return Work("web", 0, 1000, (Work("friends", 20, 180), posts, adverts))


SYSTEMS = {"bookings": _bookings(), "search": _search(), "feed": _feed()}


def service_name(system: str, service: str) -> str:
    """Return the name under which a service of a system sends its segments."""
    return aws.name(f"{system}-{service}")


def plant(system: str) -> tracing.Trace:
    """Put one trace of `system` into X-Ray and return it as X-Ray has it then."""
    return tracing.of(_put(system, SYSTEMS[system]))


def mark(system: str) -> dict[str, str]:
    """Put a trace for each service of `system` that goes through that one alone; return the services by trace id."""
    root = SYSTEMS[system]
    found = {}
    for work in {work.service: Work(work.service, work.start, work.end) for work in _all(root)}.values():
        alone = work if work.service == root.service else Work(root.service, 0, work.end, (work,))
        found[tracing.xray_id(_put(system, alone))] = work.service
    return found


def truth(system: str) -> tracing.Span:
    """Return the root of the trace of `system`, made from the documents as they are sent."""
    trace_id = _new_id()
    return tracing.tree(trace_id, _documents(system, SYSTEMS[system], trace_id)).root


def _all(work: Work) -> Iterator[Work]:
    yield work
    for call in work.calls:
        yield from _all(call)


def _new_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def _put(system: str, root: Work) -> str:
    trace_id = _new_id()
    documents = [json.dumps(document) for document in _documents(system, root, trace_id)]
    refused = aws.client("xray").put_trace_segments(TraceSegmentDocuments=documents)["UnprocessedTraceSegments"]
    if refused:
        raise aws.WorkbookError(f"X-Ray did not take the trace of {system}: {refused[0]}")
    return trace_id.removeprefix("1-").replace("-", "")


def _documents(system: str, root: Work, trace_id: str) -> Iterator[Document]:
    # It has just ended when it is sent.
    yield from _segments(system, root, trace_id, None, time.time() - 2)


def _segments(system: str, work: Work, trace_id: str, parent: str | None, origin: float) -> Iterator[Document]:
    id_ = secrets.token_hex(8)
    document = {
        "name": service_name(system, work.service), "id": id_, "trace_id": trace_id,
        "start_time": origin + work.start / 1000, "end_time": origin + work.end / 1000,
        "annotations": {"system": system},
    }  # fmt: skip
    yield {**document, "parent_id": parent} if parent else document
    for call in work.calls:
        yield from _segments(system, call, trace_id, id_, origin)
