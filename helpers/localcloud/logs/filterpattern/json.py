"""Patterns for JSON events: { $.status = 5* && $.latency > 1000 }."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from .errors import PatternError
from .literals import Test, comparison, unquote
from .parsing import parse
from .pattern import Condition
from .regex import MAX_IN_A_STRUCTURED_PATTERN
from .selectors import MISSING, Selector

Check = Callable[[Any], bool]
_LITERALS = {"NULL": None, "TRUE": True, "FALSE": False}
_decode = msgspec.json.Decoder().decode


class JsonPattern:
    """A condition on selectors; an event that is no JSON object does not match."""

    kind = "json"

    def __init__(self, check: Check, selectors: list[Selector], needles: list[str], regexes: int) -> None:
        """`needles` are texts of which each is in every event that matches, unless the event escapes characters."""
        self.regexes = regexes
        self._check = check
        self._selectors = selectors
        self._needles = needles

    @classmethod
    def read(cls, text: str) -> JsonPattern:
        """Return the pattern of `text`. Raises PatternError."""
        tree = parse("json", text)
        tokens = list(tree.scan_values(lambda token: token.type in ("SELECTOR", "REGEX")))
        regexes = [token for token in tokens if token.type == "REGEX"]
        if len(regexes) > MAX_IN_A_STRUCTURED_PATTERN:
            extra = regexes[MAX_IN_A_STRUCTURED_PATTERN]
            raise PatternError(
                "a JSON pattern has at most 2 regular expressions.", line=extra.line, column=extra.column
            )
        selectors = {str(token): Selector(str(token)) for token in tokens if token.type == "SELECTOR"}
        root = tree.children[0]
        return cls(_check(root), list(selectors.values()), sorted(_needles(root)), len(regexes))

    def matches(self, message: str) -> bool:
        document = _document(message)
        return document is not None and self._check(document)

    def extract(self, message: str) -> dict[str, str] | None:
        document = _document(message)
        if document is None or not self._check(document):
            return None
        found = {selector.text: _text(selector.first(document)) for selector in self._selectors}
        return {name: text for name, text in found.items() if text is not None}

    def value(self, message: str, reference: str) -> str | None:
        selector, document = Selector.parse(reference), _document(message)
        return _text(selector.first(document)) if selector and document is not None else None

    def knows(self, reference: str) -> bool:
        return Selector.parse(reference) is not None

    def condition(self) -> Condition:
        # A document may spell any character as \u...; such a one is left to `matches`.
        sql = " AND ".join("contains(message, ?)" for _ in self._needles)
        return Condition(f"(({sql}) OR contains(message, '\\'))" if sql else "true", tuple(self._needles), exact=False)


def _document(message: str) -> dict[str, Any] | None:
    try:
        document = _decode(message)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    return document if isinstance(document, dict) else None


def _check(node: Any) -> Check:
    if node.data == "either":
        checks = [_check(child) for child in _branches(node)]
        return lambda document: any(check(document) for check in checks)
    if node.data == "both":
        checks = [_check(child) for child in _branches(node)]
        return lambda document: all(check(document) for check in checks)
    selector = Selector(str(node.children[0]))
    if node.data == "not_exists":
        return lambda document: selector.first(document) is MISSING
    if node.data == "is_literal":
        wanted = _LITERALS[str(node.children[2]).upper()]
        return lambda document: any(value is wanted for value in selector.all(document))
    return _comparison(selector, comparison(str(node.children[1]), node.children[2]))


def _comparison(selector: Selector, test: Test) -> Check:
    """Only texts and numbers compare: an array, an object, a missing value satisfies neither = nor !=."""

    def check(document: Any) -> bool:
        for value in selector.all(document):
            if isinstance(value, str):
                if test(value, None):
                    return True
            elif isinstance(value, (int, float)) and not isinstance(value, bool) and test(_text(value) or "", value):
                return True
        return False

    return check


def _branches(node: Any) -> list[Any]:
    return [child for child in node.children if hasattr(child, "data")]


def _text(value: Any) -> str | None:
    if value is MISSING or value is None:
        return None
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _needles(node: Any) -> set[str]:
    """Names and texts without which no event can match: those of conditions that must all hold."""
    if node.data == "both":
        return set().union(*(_needles(child) for child in _branches(node)))
    if node.data in ("either", "not_exists"):
        return set()
    needles = {step for step in Selector(str(node.children[0])).steps if isinstance(step, str)}
    if node.data == "comparison" and str(node.children[1]) == "=":
        needles |= _literal(node.children[2])
    return {needle for needle in needles if needle}


def _literal(token: Any) -> set[str]:
    if token.type == "REGEX":
        return set()
    text = (unquote(str(token)) if token.type == "STRING" else str(token)).strip("*")
    # A number may be spelled in many ways: 400 is 4e2 as well.
    return set() if set(text) <= set("0123456789+-.eE") else {text}
