"""Selectors of JSON patterns: $.a.b[0], $.['a.b'], and * for any element or property."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_STEP = re.compile(r"\.?\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+)|(\*))\s*\]|\.([\w-]+)|\.(\*)")
ANY = object()
MISSING = object()
Step = Any


class Selector:
    """A path into a JSON document."""

    def __init__(self, text: str) -> None:
        """Read `text`, which the grammar has accepted."""
        self.text = text
        self.steps: tuple[Step, ...] = tuple(_step(match) for match in _STEP.finditer(text, 1))
        self.many = ANY in self.steps

    @classmethod
    def parse(cls, text: str) -> Selector | None:
        """Return the selector that `text` is, or None."""
        rest = _STEP.sub("", text[1:])
        return cls(text) if text.startswith("$") and len(text) > 1 and not rest else None

    def first(self, document: Any) -> Any:
        """Return what the path leads to, or MISSING (the first of many if the path has *)."""
        return next(self.all(document), MISSING)

    def all(self, document: Any) -> Iterator[Any]:
        """Return everything the path leads to."""
        return _walk(document, self.steps)


def _walk(node: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    for position, step in enumerate(steps):
        if step is ANY:
            children = node if isinstance(node, list) else node.values() if isinstance(node, dict) else ()
            for child in children:
                yield from _walk(child, steps[position + 1 :])
            return
        node = _child(node, step)
        if node is MISSING:
            return
    yield node


def _child(node: Any, step: Step) -> Any:
    if isinstance(step, int):
        return node[step] if isinstance(node, list) and step < len(node) else MISSING
    return node.get(step, MISSING) if isinstance(node, dict) else MISSING


def _step(match: re.Match[str]) -> Step:
    single, double, index, star, name, any_name = match.groups()
    if star or any_name:
        return ANY
    if index is not None:
        return int(index)
    return next(part for part in (single, double, name) if part is not None)
