"""What is taken out of the base's log groups."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from helpers.localcloud.base.observability import _taken
from helpers.localcloud.scope import Scope


def stream(*messages: str) -> dict[str, Any]:
    return {"events": [{"timestamp": number, "message": message} for number, message in enumerate(messages)]}


def test_a_stream_is_handed_over_once_and_does_not_stay() -> None:
    streams = {"one": stream("a", "b"), "not written yet": stream(), "two": stream("c")}
    groups = SimpleNamespace(_data={("111122223333", "us-east-1", "/aws/lambda/f"): {"streams": streams}})
    scope = Scope("111122223333", "us-east-1")
    assert _taken(groups) == [
        (scope, "/aws/lambda/f", "one", [(0, "a"), (1, "b")]),
        (scope, "/aws/lambda/f", "two", [(0, "c")]),
    ]
    assert list(streams) == ["not written yet"] and _taken(groups) == []
