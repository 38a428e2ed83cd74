"""Segment documents for tests, and how to send and wait for them."""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]


def new_id() -> str:
    return secrets.token_hex(8)


def new_trace_id(at: float | None = None) -> str:
    return f"1-{int(at or time.time()):08x}-{secrets.token_hex(12)}"


def segment(
    name: str, *, trace_id: str | None = None, start: float | None = None, seconds: float = 1.0, **more: Any
) -> Document:
    """Return a segment that began a minute ago unless told otherwise."""
    began = time.time() - 60 if start is None else start
    document = {"name": name, "id": new_id(), "trace_id": trace_id or new_trace_id(), "start_time": began}
    return document | {"end_time": began + seconds} | more


def subsegment(name: str, *, start: float, seconds: float = 0.5, **more: Any) -> Document:
    """Return a subsegment to put into a segment."""
    return {"name": name, "id": new_id(), "start_time": start, "end_time": start + seconds} | more


def response(status: int) -> Document:
    return {"response": {"status": status}}


def put(client: Any, *documents: Document) -> list[Document]:
    """Send the documents; return those that were not processed."""
    texts = [json.dumps(document) for document in documents]
    unprocessed: list[Document] = client.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"]
    return unprocessed


def window(hours: float = 1.0) -> dict[str, datetime]:
    """Return the range of time from some hours ago to a little after now."""
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(hours=hours), "EndTime": now + timedelta(minutes=1)}


def trace_of(client: Any, trace_id: str) -> dict[str, Document]:
    """Return the documents of a full trace, by the name of their segment."""
    (trace,) = client.batch_get_traces(TraceIds=[trace_id])["Traces"]
    documents = [json.loads(found["Document"]) for found in trace["Segments"]]
    return {document["name"]: document for document in documents}


def summaries(client: Any, expression: str | None = None, **more: Any) -> list[Document]:
    """Return the summaries of the last hour."""
    wanted = {} if expression is None else {"FilterExpression": expression}
    found: list[Document] = client.get_trace_summaries(**window(), **wanted, **more)["TraceSummaries"]
    return found


def graph(client: Any, **more: Any) -> dict[tuple[str, str | None], Document]:
    """Return the services of the last hour's graph by name and type."""
    services = client.get_service_graph(**window(), **more)["Services"]
    return {(service["Name"], service.get("Type")): service for service in services}


def edges(services: dict[tuple[str, str | None], Document]) -> dict[tuple[str, str], Document]:
    """Return the edges of a graph by the names (the client's is "client") at their ends."""
    names = {
        service["ReferenceId"]: "client" if service.get("Type") == "client" else service["Name"]
        for service in services.values()
    }
    return {
        (names[service["ReferenceId"]], names[edge["ReferenceId"]]): edge
        for service in services.values()
        for edge in service["Edges"]
    }


def counts(statistics: Document) -> tuple[int, int, int, int]:
    """Return ok, errors, throttled (of the errors) and faults."""
    errors = statistics["ErrorStatistics"]
    return (
        statistics["OkCount"],
        errors["TotalCount"],
        errors["ThrottleCount"],
        statistics["FaultStatistics"]["TotalCount"],
    )
