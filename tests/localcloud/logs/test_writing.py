"""PutLogEvents: its limits, and events whose clock is wrong."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.localcloud.logs.conftest import GROUP, STREAM, now_ms, put
from tests.localcloud.support import eventually

HOUR = 3_600_000
DAY = 24 * HOUR


def put_at(logs: Any, *times: int, message: str = "x") -> Any:
    events = [{"timestamp": t, "message": message} for t in times]
    return logs.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=events)


def stored(logs: Any) -> list[int]:
    return [event["timestamp"] for event in logs.filter_log_events(logGroupName=GROUP)["events"]]


def test_any_sequence_token_is_taken(logs: Any) -> None:
    token = put(logs, ["one"])["nextSequenceToken"]
    for given in ("nonsense", token, token):
        answer = logs.put_log_events(
            logGroupName=GROUP,
            logStreamName=STREAM,
            sequenceToken=given,
            logEvents=[{"timestamp": now_ms(), "message": "more"}],
        )
    assert answer["nextSequenceToken"] > token
    assert "rejectedLogEventsInfo" not in answer
    assert len(stored(logs)) == 4


def test_skewed_clocks_are_told_and_the_rest_is_kept(logs: Any) -> None:
    now = now_ms()
    answer = put_at(logs, now - 15 * DAY, now - 14 * DAY - HOUR, now - HOUR, now, now + 3 * HOUR, now + 4 * DAY)
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2, "tooNewLogEventStartIndex": 4}
    assert stored(logs) == [now - HOUR, now]


def test_a_batch_of_nothing_but_rejected_events(logs: Any) -> None:
    assert put_at(logs, 0, 1)["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 2}
    assert put_at(logs, now_ms() + 5 * HOUR)["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 0}
    assert stored(logs) == []


def test_events_older_than_the_retention_are_rejected_as_expired(logs: Any) -> None:
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=3)
    now = now_ms()
    answer = put_at(logs, now - 15 * DAY, now - 4 * DAY, now)
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 2}
    assert stored(logs) == [now]


def test_a_batch_out_of_order_is_refused_as_a_whole(logs: Any) -> None:
    now = now_ms()
    with pytest.raises(logs.exceptions.InvalidParameterException, match="chronological order"):
        put_at(logs, now, now - 1)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="cannot span more than 24 hours"):
        put_at(logs, now - 2 * DAY, now)
    assert stored(logs) == []


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        (["x" * 1_048_550, "y"], "Upload too large: 1048603 bytes exceeds limit of 1048576"),
        (["ü" * 524_289], "Log event too large: 1048578 bytes"),
        (["x"] * 10_001, "10000"),
        ([""], "logEvents"),
        ([], "logEvents"),
    ],
)
def test_oversize_and_empty_batches(cloud: Any, messages: list[str], text: str) -> None:
    logs = cloud.client("logs", parameter_validation=False)
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    with pytest.raises(logs.exceptions.InvalidParameterException, match=text):
        put(logs, messages)
    assert stored(logs) == []


def test_the_largest_batches_are_taken(logs: Any) -> None:
    put(logs, ["x" * (1_048_576 - 26)])
    put(logs, ["y" * 78] * 10_000)
    assert len(stored(logs)) < 10_001  # one answer has no more than 10,000 events or 1 MB
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP)
    assert sum(len(page["events"]) for page in pages) == 10_001


@pytest.mark.parametrize(
    "message", ["line\nbreak\r\n", "\u20ac \U0001f600", "nul \x00 nul", '{"a": "\\ud800"}', "'; DROP--"]
)
def test_messages_come_back_as_they_were(logs: Any, message: str) -> None:
    put(logs, [message])
    (event,) = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM)["events"]
    assert event["message"] == message


def test_many_writers_lose_nothing(logs: Any) -> None:
    threads = [threading.Thread(target=put, args=(logs, [f"{n}-{i}" for i in range(50)])) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    events = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert len({event["message"] for event in events}) == len({event["eventId"] for event in events}) == 400


def test_retention_has_awss_values_and_drops_what_has_expired(logs: Any) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match="expected one of 1, 3, 5"):
        logs.put_retention_policy(logGroupName=GROUP, retentionInDays=2)
    now = now_ms()
    put_at(logs, now - 2 * DAY)
    put_at(logs, now)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=1)
    assert stored(logs) == [now]
    group = eventually(
        lambda: next((g for g in logs.describe_log_groups()["logGroups"] if g["storedBytes"] == 27), None),
        what="the expired event gone",
    )
    assert group["retentionInDays"] == 1
    logs.delete_retention_policy(logGroupName=GROUP)
    assert stored(logs) == [now]
