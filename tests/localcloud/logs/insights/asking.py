"""What tests of Logs Insights share: lines in a log group, and queries that are waited for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.localcloud.support import eventually

GROUP, STREAM = "/shop/orders", "web-1"
MINUTE = 60_000
Row = dict[str, str]
Ask = Callable[..., list[Row]]


def create(client: Any, group: str = GROUP) -> None:
    """Make a log group with its stream."""
    client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName=STREAM)


def put(client: Any, lines: Sequence[Any], start: int, *, step: int = 1000, group: str = GROUP) -> None:
    """Put each of `lines` (what is no string as JSON) as an event, `step` milliseconds apart."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    events = [{"timestamp": start + number * step, "message": text} for number, text in enumerate(texts)]
    for first in range(0, len(events), 10_000):
        client.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=events[first : first + 10_000])


def window(start: int) -> dict[str, int]:
    """Return the range of a query around lines that begin at `start` (milliseconds), in epoch seconds."""
    return {"startTime": start // 1000 - 3600, "endTime": start // 1000 + 7200}


def finished(client: Any, query: str) -> dict[str, Any]:
    """Wait for the end of a query and return its first page of results."""

    def ended() -> dict[str, Any] | None:
        answer: dict[str, Any] = client.get_query_results(queryId=query)
        return answer if answer["status"] not in ("Scheduled", "Running") else None

    return eventually(ended, what=f"the end of query {query}")


def rows(answer: dict[str, Any]) -> list[Row]:
    """Return each row as a dict, without @ptr."""
    return [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]
