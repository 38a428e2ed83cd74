"""Patterns for space-delimited events: [ip, user, ..., status = 4*, bytes > 1000]."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import PatternError
from .literals import comparison, number_of
from .parsing import parse
from .pattern import Condition
from .regex import MAX_IN_A_STRUCTURED_PATTERN

Check = Callable[[str], bool]
# What stands in brackets or quotes is one field.
_FIELD = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')


@dataclass(frozen=True)
class Slot:
    """One place between commas; `name` is "" where the pattern gives none."""

    name: str = ""
    check: Check | None = None
    ellipsis: bool = False


class FieldsPattern:
    """Named fields in order. The last one takes what is left of the event, if no ellipsis does.

    That is how AWS's own pattern for Lambda, [timestamp=*Z, request_id="*-*", event], takes a message of many words.
    """

    kind = "fields"

    def __init__(self, slots: list[Slot], regexes: int) -> None:
        self.regexes = regexes
        self._slots = slots
        self._gap = next((position for position, slot in enumerate(slots) if slot.ellipsis), None)

    @classmethod
    def read(cls, text: str) -> FieldsPattern:
        """Return the pattern of `text`. Raises PatternError."""
        tree = parse("fields", text)
        regexes = list(tree.scan_values(lambda token: token.type == "REGEX"))
        if len(regexes) > MAX_IN_A_STRUCTURED_PATTERN:
            extra = regexes[MAX_IN_A_STRUCTURED_PATTERN]
            raise PatternError(
                "a space-delimited pattern has at most 2 regular expressions.", line=extra.line, column=extra.column
            )
        slots = list(tree.find_pred(lambda node: node.data == "slot"))
        ordered = [child for child in tree.children if child in slots]
        dots = [node for node in ordered if _is_ellipsis(node)]
        if len(dots) > 1:
            token = dots[1].children[0]
            raise PatternError("a pattern has at most one ellipsis.", line=token.line, column=token.column)
        return cls([_slot(node) for node in ordered], len(regexes))

    def matches(self, message: str) -> bool:
        placed = self._place(message)
        return placed is not None and all(slot.check is None or slot.check(text) for slot, text in placed)

    def extract(self, message: str) -> dict[str, str] | None:
        placed = self._place(message)
        if placed is None or not all(slot.check is None or slot.check(text) for slot, text in placed):
            return None
        return {f"${slot.name or number}": text for number, (slot, text) in enumerate(placed, start=1)}

    def value(self, message: str, reference: str) -> str | None:
        return (self.extract(message) or {}).get(reference)

    def knows(self, reference: str) -> bool:
        return reference.startswith("$") and (
            reference[1:].isdigit() or reference[1:] in {slot.name for slot in self._slots if slot.name}
        )

    def condition(self) -> Condition:
        return Condition("true", (), exact=False)

    def _place(self, message: str) -> list[tuple[Slot, str]] | None:
        """Return a slot for each field, or None if the event has too few fields."""
        found = list(_FIELD.finditer(message))
        if self._gap is None:
            if len(found) < len(self._slots):
                return None
            return self._with_rest(message, found)
        before, after = self._slots[: self._gap], self._slots[self._gap + 1 :]
        texts = [_text(match) for match in found]
        skipped = len(texts) - len(before) - len(after)
        if skipped < 0:
            return None
        return list(zip([*before, *[Slot()] * skipped, *after], texts, strict=True))

    def _with_rest(self, message: str, found: list[re.Match[str]]) -> list[tuple[Slot, str]]:
        count = len(self._slots)
        texts = [_text(match) for match in found[:count]]
        if len(found) > count:
            texts[-1] = message[found[count - 1].start() :].rstrip()
        return list(zip(self._slots, texts, strict=True))


def _text(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _is_ellipsis(node: Any) -> bool:
    return bool(node.children) and getattr(node.children[0], "type", "") == "ELLIPSIS"


def _slot(node: Any) -> Slot:
    if not node.children:
        return Slot()
    content = node.children[0]
    if _is_ellipsis(node):
        return Slot(ellipsis=True)
    if getattr(content, "type", "") == "NAME":
        return Slot(str(content).lstrip("$"))
    names = list(content.scan_values(lambda token: token.type == "NAME"))
    for name in names[1:]:
        if name.lower() != names[0].lower():
            raise PatternError(
                f"between two commas stands one field; expected {names[0]}, not {name}.",
                line=name.line,
                column=name.column,
            )
    return Slot(str(names[0]).lstrip("$"), _check(content))


def _check(node: Any) -> Check:
    if node.data in ("either", "both"):
        checks = [_check(child) for child in node.children if hasattr(child, "data")]
        combine = any if node.data == "either" else all
        return lambda text: combine(check(text) for check in checks)
    test = comparison(str(node.children[1]), node.children[2])
    return lambda text: test(text, number_of(text))
