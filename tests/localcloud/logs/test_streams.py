"""Log streams, in both orders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.logs.conftest import GROUP, STREAM, now_ms, put


def test_streams_by_name_and_by_last_event(logs: Any) -> None:
    for name in ("b", "a", "c"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    now = now_ms()
    put(logs, ["x"], stream="c", at=now - 5000)
    put(logs, ["x"], stream="a", at=now - 9000)

    def names(**parameters: Any) -> list[str]:
        pages = logs.get_paginator("describe_log_streams").paginate(
            logGroupName=GROUP, PaginationConfig={"PageSize": 3}, **parameters
        )
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]

    assert names() == ["a", "b", "c", STREAM]
    assert names(descending=True) == [STREAM, "c", "b", "a"]
    assert names(orderBy="LastEventTime", descending=True)[:2] == ["c", "a"]
    assert names(logStreamNamePrefix="web") == [STREAM]
    with pytest.raises(logs.exceptions.InvalidParameterException, match="logStreamNamePrefix"):
        names(orderBy="LastEventTime", logStreamNamePrefix="a")


def test_a_stream_tells_the_times_of_its_events(logs: Any) -> None:
    (empty,) = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert "firstEventTimestamp" not in empty
    now = now_ms()
    put(logs, ["x", "y"], at=now)
    (stream,) = logs.describe_log_streams(logGroupIdentifier=GROUP)["logStreams"]
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == (now, now + 1)
    assert stream["lastIngestionTime"] >= now
    assert stream["arn"].endswith(f":log-group:{GROUP}:log-stream:{STREAM}")


def test_streams_that_are_there_or_not(logs: Any) -> None:
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="logStreamName"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName="a:b")
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="absent"):
        put(logs, ["x"], stream="absent")
    put(logs, ["gone"])
    logs.delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    assert logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM)["events"] == []
