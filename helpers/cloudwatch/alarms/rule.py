"""The rule of a composite alarm: read, checked against AWS's limits, and evaluated over the states of other alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .names import name_of

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

MOST_CHILDREN = 100
MOST_ELEMENTS = 500
_SHOWN = {
    "STATE": "ALARM, OK or INSUFFICIENT_DATA",
    "NOT_STATE": "NOT with a state",
    "TRUE": "TRUE",
    "FALSE": "FALSE",
    "_NOT": "NOT",
    "_AND": "AND",
    "_OR": "OR",
    "_AT_LEAST": "AT_LEAST",
    "LPAR": '"("',
    "RPAR": '")"',
    "COMMA": '","',
    "COUNT": "a count",
    "PERCENTAGE": "a percentage",
    "NAME": "the name of an alarm",
    "QUOTED": "a name in double quotes",
    "$END": "the end of the rule",
}


class RuleError(ValueError):
    """The rule is not one; the text says where and why."""


@dataclass(frozen=True)
class Rule:
    """A rule as it was read. `children` are the names of its alarms, each once, in their order."""

    tree: Any
    children: tuple[str, ...]

    def holds(self, states: Mapping[str, str]) -> bool:
        """Return whether the rule is true when the alarms have `states`; one without a state is in none."""
        return _holds(self.tree, states)


@lru_cache(1024)
def parse(text: str) -> Rule:
    """Return the rule that `text` says. Raises RuleError with line, column and reason."""
    from lark.exceptions import UnexpectedInput

    grammar = _grammar()
    try:
        tree: Any = grammar.parse(text).children[0]
    except UnexpectedInput as error:
        raise RuleError(_told(text, error)) from None
    children = tuple(dict.fromkeys(_mentions(tree)))
    _check_limits(tree, children)
    for node in tree.iter_subtrees():
        if node.data == "at_least":
            _check_threshold(node)
    return Rule(tree, children)


@lru_cache(1)
def _grammar() -> Lark:
    from lark import Lark

    grammar = (Path(__file__).parent / "composite.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _holds(tree: Any, states: Mapping[str, str]) -> bool:
    # Children come before parents; without recursion, as rules nest deeper than Python calls.
    known: dict[int, bool] = {}
    for node in tree.iter_subtrees():
        known[id(node)] = _value(node, [known[id(part)] for part in node.children if id(part) in known], states)
    return known[id(tree)]


def _value(node: Any, parts: Sequence[bool], states: Mapping[str, str]) -> bool:
    if node.data == "any":
        return any(parts)
    if node.data == "all":
        return all(parts)
    if node.data == "group":
        return parts[0]
    if node.data == "negation":
        return not parts[0]
    if node.data == "in_state":
        wanted, alarm = node.children
        return states.get(_name(alarm)) == str(wanted).upper()
    return _enough(node, states) if node.data == "at_least" else str(node.data) == "true"


def _enough(node: Any, states: Mapping[str, str]) -> bool:
    threshold, wanted, *alarms = node.children
    inverse, state = wanted.type == "NOT_STATE", str(wanted).split()[-1].upper()
    given = [states.get(_name(alarm)) for alarm in alarms]
    matching = sum((known != state) if inverse else (known == state) for known in given)
    if threshold.type == "PERCENTAGE":
        return 100 * matching >= float(str(threshold)[:-1]) * len(alarms)
    return matching >= int(threshold)


def _mentions(tree: Any) -> list[str]:
    """Return the name of an alarm for each mention, in the order of the text."""
    parts = [part for node in tree.iter_subtrees() for part in node.children]
    names = [part for part in parts if getattr(part, "type", "") in ("NAME", "QUOTED")]
    return [_name(token) for token in sorted(names, key=lambda token: token.start_pos)]


def _name(token: Any) -> str:
    text = str(token)
    if token.type == "QUOTED":
        text = text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return name_of(text)


def _check_limits(tree: Any, children: tuple[str, ...]) -> None:
    if len(children) > MOST_CHILDREN:
        raise RuleError(f"it names {len(children)} alarms; a composite alarm takes at most {MOST_CHILDREN} children.")
    if (count := _elements(tree)) > MOST_ELEMENTS:
        raise RuleError(
            f"it has {count} elements (alarms, TRUE, FALSE, parentheses); at most {MOST_ELEMENTS} are taken."
        )


def _elements(tree: Any) -> int:
    """A pair of parentheses counts as one, each mention of an alarm as one."""
    marks = sum(node.data in ("group", "true", "false") for node in tree.iter_subtrees())
    return marks + len(_mentions(tree))


def _check_threshold(node: Any) -> None:
    threshold, count = node.children[0], len(node.children) - 2
    place = f"at line {threshold.line}, column {threshold.column}"
    if threshold.type == "COUNT" and not 1 <= int(threshold) <= count:
        raise RuleError(f"{place}: AT_LEAST asks for {threshold} of {count} alarms; expected 1 to {count}.")
    if threshold.type == "PERCENTAGE" and not 0 < float(threshold[:-1]) <= 100:
        raise RuleError(
            f"{place}: AT_LEAST asks for {threshold} of the alarms; expected more than 0% and at most 100%."
        )


def _told(text: str, error: UnexpectedInput) -> str:
    from lark.exceptions import UnexpectedToken

    line, column = error.line, error.column
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        found, (line, column) = "the rule ends", _end_of(text)
    elif isinstance(error, UnexpectedToken):
        found = f"found {str(error.token)!r}"
    else:
        found = f"found {text[error.pos_in_stream or 0]!r}"
    wanted = sorted({_SHOWN.get(name, name) for name in _expected(error)})
    return f"at line {line}, column {column}: {found}, expected {' or '.join(wanted) or 'something else'}."


def _expected(error: UnexpectedInput) -> set[str]:
    for member in ("accepts", "expected", "allowed"):
        if names := getattr(error, member, None):
            return set(names)
    return set()


def _end_of(text: str) -> tuple[int, int]:
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1
