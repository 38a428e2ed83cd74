"""What tests of CloudWatch Logs share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.localcloud.support import TestCloud

GROUP, STREAM = "/shop/orders", "web-1"


def now_ms() -> int:
    """Return the present moment in epoch milliseconds."""
    return int(time.time() * 1000)


def put(client: Any, messages: Iterable[str], *, stream: str = STREAM, group: str = GROUP, at: int = 0) -> Any:
    """Put one event for each message, a millisecond apart, from `at` (default: now) on; return the answer."""
    start = at or now_ms()
    events = [{"timestamp": start + number, "message": message} for number, message in enumerate(messages)]
    return client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def make(client: Any, *streams: str, group: str = GROUP) -> None:
    """Make a log group with streams."""
    client.create_log_group(logGroupName=group)
    for stream in streams or (STREAM,):
        client.create_log_stream(logGroupName=group, logStreamName=stream)


@pytest.fixture
def logs(cloud: TestCloud) -> Any:
    """A client of CloudWatch Logs with a log group that has one stream."""
    client = cloud.client("logs")
    make(client)
    return client


@pytest.fixture
def messages_of() -> Callable[..., list[str]]:
    """Returns the messages that FilterLogEvents finds, over all pages."""

    def found(client: Any, pattern: str = "", **parameters: Any) -> list[str]:
        pages = client.get_paginator("filter_log_events").paginate(
            **{"logGroupName": GROUP, "filterPattern": pattern, **parameters}
        )
        return [event["message"] for page in pages for event in page["events"]]

    return found
