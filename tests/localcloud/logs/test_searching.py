"""FilterLogEvents: streams, times, patterns and pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.localcloud.logs.conftest import GROUP, STREAM, now_ms, put

Found = Callable[..., list[str]]


def test_streams_are_interleaved_and_can_be_chosen(logs: Any, messages_of: Found) -> None:
    for name in ("web-2", "db-1"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    now = now_ms()
    put(logs, ["w1 a", "w1 d"], at=now)
    put(logs, ["w2 b"], at=now, stream="web-2")
    put(logs, ["db c"], at=now - 10, stream="db-1")
    assert messages_of(logs) == ["db c", "w1 a", "w2 b", "w1 d"]
    assert messages_of(logs, startFromHead=False) == ["w1 d", "w2 b", "w1 a", "db c"]
    assert messages_of(logs, logStreamNamePrefix="web") == ["w1 a", "w2 b", "w1 d"]
    assert messages_of(logs, logStreamNames=["db-1", "web-2"], interleaved=True) == ["db c", "w2 b"]
    assert messages_of(logs, startTime=now, endTime=now) == ["w1 a", "w2 b"]
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="absent"):
        messages_of(logs, logStreamNames=["absent"])
    with pytest.raises(logs.exceptions.InvalidParameterException, match="mutually exclusive"):
        messages_of(logs, logStreamNames=[STREAM], logStreamNamePrefix="w")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("ERROR", [0, 3]),
        ("?INFO ?WARN", [1, 2]),
        ("-ERROR", [1, 2, 4, 5]),
        ('"id\\": 7"', [4]),
        (r"%took\s[0-9]+\sms%", [0, 1, 2]),
        ("{ $.latency > 100 && $.path = /cart* }", [4]),
        ("{ $.user NOT EXISTS }", [5]),
        ("[level=WARN, ..., ms>=20, unit]", [2]),
        ("[level, verb=took, ms<=9, unit]", [0, 1]),
    ],
)
def test_patterns(logs: Any, messages_of: Found, pattern: str, expected: list[int]) -> None:
    events = [
        "ERROR took 5 ms",
        "INFO took 9 ms",
        "WARN took 20 ms",
        "an ERROR",
        json.dumps({"user": {"id": 7}, "latency": 250, "path": "/cart/7"}),
        json.dumps({"latency": 9, "path": "/"}),
    ]
    put(logs, events)
    assert messages_of(logs, pattern) == [events[number] for number in expected]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("foo-bar", "line 1, column 4"),
        ("{ $.a = }", "line 1, column 9"),
        ("[a, b", "line 1, column 6"),
        ("%(a)%", "line 1, column 2"),
        ("a\n\x00", "line 2, column 1"),
    ],
)
def test_garbage_patterns_are_refused_with_position_and_reason(logs: Any, pattern: str, text: str) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match=text):
        logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)


@pytest.mark.parametrize("pattern", ["", "x", "{ $.n = * }"])
def test_pages_stay_good_while_events_come_in(logs: Any, pattern: str) -> None:
    start = now_ms() - 60_000
    messages = [json.dumps({"n": number, "x": 1}) for number in range(25)]
    put(logs, messages, at=start)
    found, parameters = [], {"logGroupName": GROUP, "filterPattern": pattern, "limit": 10}
    answer = logs.filter_log_events(**parameters)
    while True:
        found += [event["message"] for event in answer["events"]]
        if "nextToken" not in answer:
            break
        put(logs, [json.dumps({"n": -1, "x": 1})], at=start - 1000)  # older than where the reader is
        answer = logs.filter_log_events(**parameters, nextToken=answer["nextToken"])
    assert found == messages


def test_pages_newest_first(logs: Any, messages_of: Found) -> None:
    put(logs, [f"n{number}" for number in range(25)])
    assert messages_of(logs, "n", startFromHead=False, limit=10) == [f"n{number}" for number in reversed(range(25))]


def test_an_answer_has_at_most_one_megabyte(logs: Any, messages_of: Found) -> None:
    for number in range(4):
        put(logs, [f"{number}" + "x" * 400_000])
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 2
    assert [message[0] for message in messages_of(logs)] == list("0123")


def test_a_token_that_nobody_gave(logs: Any) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match="nextToken"):
        logs.filter_log_events(logGroupName=GROUP, nextToken="nonsense")


_WORD = st.sampled_from(["ERROR", "error", "INFO", "timeout", "a_b", "42", "ü"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.lists(_WORD, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=30),
    required=st.lists(_WORD, max_size=2),
    excluded=st.lists(_WORD, max_size=2),
    optional=st.lists(_WORD, max_size=3),
    limit=st.integers(1, 12),
)
def test_terms_find_what_naive_python_finds(
    logs: Any,
    messages_of: Found,
    lines: list[str],
    required: list[str],
    excluded: list[str],
    optional: list[str],
    limit: int,
) -> None:
    group = f"/naive/{now_ms()}-{id(lines)}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=STREAM)
    put(logs, lines, group=group)
    pattern = " ".join([*required, *(f"-{word}" for word in excluded), *(f"?{word}" for word in optional)])
    naive = [
        line
        for line in lines
        if all(word in line for word in required)
        and not any(word in line for word in excluded)
        and (required or excluded or not optional or any(word in line for word in optional))
    ]
    assert messages_of(logs, pattern, logGroupName=group, limit=limit) == naive
    logs.delete_log_group(logGroupName=group)


def test_the_fields_of_a_group(logs: Any) -> None:
    assert logs.get_log_group_fields(logGroupName=GROUP)["logGroupFields"] == []
    put(logs, ['{"a": {"b": 1, "c": [7, 8]}}', '{"a": {"b": 2}}', "plain", "{broken"])
    fields = logs.get_log_group_fields(logGroupName=GROUP)["logGroupFields"]
    percent = {field["name"]: field["percent"] for field in fields}
    assert (percent["@message"], percent["a.b"], percent["a.c.1"]) == (100, 50, 25)
    assert logs.get_log_group_fields(logGroupName=GROUP, time=now_ms() // 1000 - 3600)["logGroupFields"] == []
