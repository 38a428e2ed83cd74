"""Checks the body of a dashboard, as PutDashboard does before it keeps one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .graph import NotAGraph, graph_of
from .window import NotAWindow, window_of

_SCHEMA = Path(__file__).with_name("body.schema.json")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where, as a path such as "/widgets/0/properties"."""

    path: str
    message: str


def problems_of(body: str) -> list[Problem]:
    """Return all that is wrong with the text of a dashboard's body; nothing is, if the list is empty."""
    try:
        content = json.loads(body)
    except ValueError as error:
        return [Problem("", f"The dashboard body is not JSON: {error}")]
    found = [_problem(error) for error in sorted(_validator().iter_errors(content), key=lambda error: list(error.path))]
    return found or [*_of_windows(content), *_of_widgets(content)]


@lru_cache(1)
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(_SCHEMA.read_text(encoding="utf-8")))


def _problem(error: Any) -> Problem:
    return Problem("".join(f"/{part}" for part in error.path), str(error.message))


def _of_windows(content: Mapping[str, Any]) -> Iterator[Problem]:
    if "end" in content and "start" not in content:
        yield Problem("/end", "An end needs a start")
    yield from _of_window(content, "")


def _of_widgets(content: Mapping[str, Any]) -> Iterator[Problem]:
    for index, widget in enumerate(content["widgets"]):
        path, properties = f"/widgets/{index}/properties", widget["properties"]
        if widget.get("x", 0) + widget.get("width", 6) > 24:
            yield Problem(f"/widgets/{index}", "The grid is 24 wide: x and width together are more")
        if ("x" in widget) != ("y" in widget):
            yield Problem(f"/widgets/{index}", "A place needs both x and y")
        if widget["type"] == "metric":
            if "region" not in properties:
                yield Problem(f"{path}/region", "A metric widget needs a region")
            yield from _of_graph(properties, path)
            yield from _of_window(properties, path)


def _of_graph(properties: Mapping[str, Any], path: str) -> Iterator[Problem]:
    try:
        graph_of(properties)
    except NotAGraph as error:
        yield Problem(f"{path}/metrics/{error.index}", str(error))


def _of_window(given: Mapping[str, Any], path: str) -> Iterator[Problem]:
    try:
        window_of(given, 0.0)
    except NotAWindow as error:
        yield Problem(f"{path}/start", str(error))
