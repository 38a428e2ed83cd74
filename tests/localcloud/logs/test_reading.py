"""GetLogEvents: forwards, backwards, and tokens that stay the same at the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.logs.conftest import GROUP, STREAM, now_ms, put


def read(logs: Any, **parameters: Any) -> Any:
    return logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM, **parameters)


def messages(answer: Any) -> list[str]:
    return [event["message"] for event in answer["events"]]


def test_forwards_from_the_head(logs: Any) -> None:
    put(logs, "abcde")
    first = read(logs, startFromHead=True, limit=2)
    second = read(logs, nextToken=first["nextForwardToken"], startFromHead=True, limit=2)
    third = read(logs, nextToken=second["nextForwardToken"], startFromHead=True, limit=2)
    assert [messages(page) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    end = read(logs, nextToken=third["nextForwardToken"], startFromHead=True)
    assert (messages(end), end["nextForwardToken"]) == ([], third["nextForwardToken"])
    put(logs, ["later"], at=now_ms() + 1000)
    assert messages(read(logs, nextToken=end["nextForwardToken"])) == ["later"]
    assert messages(read(logs, nextToken=third["nextBackwardToken"], limit=2)) == ["c", "d"]


def test_backwards_from_the_tail(logs: Any) -> None:
    put(logs, "abcde")
    last = read(logs, limit=2)
    before = read(logs, nextToken=last["nextBackwardToken"], limit=2)
    first = read(logs, nextToken=before["nextBackwardToken"], limit=2)
    assert [messages(page) for page in (last, before, first)] == [["d", "e"], ["b", "c"], ["a"]]
    end = read(logs, nextToken=first["nextBackwardToken"])
    assert (messages(end), end["nextBackwardToken"]) == ([], first["nextBackwardToken"])


def test_events_of_one_millisecond_are_neither_lost_nor_doubled(logs: Any) -> None:
    now = now_ms()
    for message in "abcdef":
        put(logs, [message], at=now)
    found, token = [], None
    for _ in range(4):
        answer = read(logs, startFromHead=True, limit=2, **({"nextToken": token} if token else {}))
        found += messages(answer)
        token = answer["nextForwardToken"]
    assert found == list("abcdef")


def test_an_empty_stream_gives_tokens_that_lead_to_what_comes_later(logs: Any) -> None:
    answer = read(logs)
    assert answer["events"] == []
    put(logs, ["first"])
    assert messages(read(logs, nextToken=answer["nextForwardToken"])) == ["first"]


def test_times_include_the_start_and_exclude_the_end(logs: Any) -> None:
    now = now_ms()
    put(logs, "abc", at=now)
    assert messages(read(logs, startTime=now, endTime=now + 2)) == ["a", "b"]
    assert messages(read(logs, startTime=now + 1, startFromHead=True)) == ["b", "c"]


def test_a_page_has_at_most_one_megabyte(logs: Any) -> None:
    for _ in range(3):
        put(logs, ["x" * 500_000])
    assert [len(read(logs)["events"]), len(read(logs, startFromHead=True)["events"])] == [2, 2]


def test_tokens_and_names_that_make_no_sense(logs: Any) -> None:
    for token in ("nonsense", "f/1.2.3", "s/1.2", "f/99999999999999999999.1"):
        with pytest.raises(logs.exceptions.InvalidParameterException, match="nextToken"):
            read(logs, nextToken=token)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="Exactly one"):
        logs.get_log_events(logStreamName=STREAM)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="Exactly one"):
        read(logs, logGroupIdentifier=GROUP)
    arn = logs.describe_log_groups()["logGroups"][0]["arn"]
    assert logs.get_log_events(logGroupIdentifier=arn, logStreamName=STREAM)["events"] == []
