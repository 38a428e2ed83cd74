"""What is taken out of the base's log groups, and how it is handed over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

from helpers.localcloud.base.observability import Events, LogRelay, Observer, _taken
from helpers.localcloud.scope import Scope


def stream(*messages: str) -> dict[str, Any]:
    return {"events": [{"timestamp": number, "message": message} for number, message in enumerate(messages)]}


def test_a_stream_is_handed_over_once_and_does_not_stay() -> None:
    streams = {"one": stream("a", "b"), "not written yet": stream(), "two": stream("c")}
    groups = SimpleNamespace(_data={("111122223333", "us-east-1", "/aws/lambda/f"): {"streams": streams}})
    scope = Scope("111122223333", "us-east-1")
    assert _taken(groups) == [
        ((scope, "/aws/lambda/f", "one"), [(0, "a"), (1, "b")]),
        ((scope, "/aws/lambda/f", "two"), [(0, "c")]),
    ]
    assert list(streams) == ["not written yet"] and _taken(groups) == []


class Slow:
    """An observer whose first delivery waits until it may go on, and which cannot keep one of the streams."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = Event(), Event()
        self.kept: list[tuple[str, list[str]]] = []

    def logged(self, scope: Scope, group: str, name: str, events: Events) -> None:
        self.begun.set()
        assert self.may_go_on.wait(10)
        if name == "broken":
            raise OSError("no space left on the device")
        self.kept.append((name, [message for _, message in events]))


def test_what_gathers_while_the_disk_is_busy_is_handed_over_together_and_in_order() -> None:
    slow, scope = Slow(), Scope("111122223333", "us-east-1")
    with ThreadPoolExecutor(1) as thread:
        relay = LogRelay(cast(Observer, slow), thread)
        relay.hand_over([((scope, "g", "one"), [(0, "a")])])
        assert slow.begun.wait(10)
        for number, (name, message) in enumerate([("two", "b"), ("broken", "c"), ("one", "d"), ("two", "e")]):
            relay.hand_over([((scope, "g", name), [(number, message)])])
        slow.may_go_on.set()
    assert slow.kept == [("one", ["a"]), ("two", ["b", "e"]), ("one", ["d"])]
