"""PutLogEvents and FilterLogEvents of a hundred thousand lines, against bare MiniStack (which has them in memory)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpers.localcloud import instance
from tests.bench.bare import BareMiniStack, client
from tests.bench.measuring import in_turn, say_ratio, say_seconds, seconds

ACCOUNT = "111122223333"
GROUP, STREAM = "/bench", "lines"
LINES = 100_000
BATCH = 10_000
GOAL, GROSS = 1.0, 2.0
LINES_OF_TEXT = [
    f"INFO request {number} took {number % 900} ms" + (" ERROR bad gateway" if number % 50 == 0 else "")
    for number in range(LINES)
]
# MiniStack takes any JSON pattern for one that matches everything, so ours has none to be compared with.
JSON_GROUP, JSON_PATTERN, JSON_GOAL, JSON_GROSS = "/bench/json", "{ $.status = 500 && $.n > 50000 }", 2.0, 6.0


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """Clients of our local cloud and of a bare MiniStack, each with a group that is empty."""
    home, bare = tmp_path_factory.mktemp("ours"), BareMiniStack(tmp_path_factory.mktemp("bare"))
    try:
        bare.start()
        url = instance.ensure(home).url
        clients = client("logs", url, instance.secret_key(home, ACCOUNT)), bare.client("logs")
        for made in clients:
            make(made, GROUP)
        yield clients
    finally:
        bare.stop()
        instance.stop(home)


def make(logs: Any, group: str) -> None:
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=STREAM)


def put_all(logs: Any, lines: list[str], group: str = GROUP) -> None:
    now = int(time.time() * 1000)
    for start in range(0, len(lines), BATCH):
        events = [
            {"timestamp": now + start + number, "message": line}
            for number, line in enumerate(lines[start : start + BATCH])
        ]
        logs.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=events)


def filtered(logs: Any, pattern: str, group: str = GROUP) -> int:
    answer = logs.filter_log_events(logGroupName=group, filterPattern=pattern)
    count = len(answer["events"])
    while token := answer.get("nextToken"):
        answer = logs.filter_log_events(logGroupName=group, filterPattern=pattern, nextToken=token)
        count += len(answer["events"])
    return count


def test_a_hundred_thousand_lines_in(both: tuple[Any, Any]) -> None:
    ours, theirs = both
    mine, other = in_turn(lambda: put_all(ours, LINES_OF_TEXT), lambda: put_all(theirs, LINES_OF_TEXT), rounds=1)
    say_ratio("PutLogEvents, 100,000 lines, ours durable", mine, other, goal=GOAL, gross=GROSS)


@pytest.mark.parametrize("pattern", ["ERROR", '"bad gateway"', "nosuchterm", "ERROR -gateway"])
def test_a_search_over_a_hundred_thousand_lines(both: tuple[Any, Any], pattern: str) -> None:
    found: list[Callable[[], object]] = [lambda logs=logs: filtered(logs, pattern) for logs in both]  # type: ignore[misc]
    mine, other = in_turn(found[0], found[1], rounds=5)
    say_ratio(f"FilterLogEvents {pattern!r} over 100,000 lines", mine, other, goal=GOAL, gross=GROSS)


def test_a_json_pattern_over_a_hundred_thousand_lines(both: tuple[Any, Any]) -> None:
    ours, _ = both
    make(ours, JSON_GROUP)
    put_all(ours, [f'{{"n": {n}, "status": {500 if n % 50 == 0 else 200}}}' for n in range(LINES)], group=JSON_GROUP)
    taken = seconds(lambda: filtered(ours, JSON_PATTERN, JSON_GROUP))
    say_seconds("FilterLogEvents with a JSON pattern over 100,000 events", taken, goal=JSON_GOAL, gross=JSON_GROSS)
