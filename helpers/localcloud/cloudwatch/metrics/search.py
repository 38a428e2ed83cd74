"""Finds metrics by the search expressions of SEARCH.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.cloudwatch.math.errors import MathError, unreadable

from .identity import MetricId

Test = Callable[[MetricId], bool]
_GRAMMAR = Path(__file__).with_name("search.lark")
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
MOST = 500


def find(text: str, metrics: Iterable[MetricId]) -> list[MetricId]:
    """Return the metrics that `text` describes, at most 500. Raises MathError."""
    test = _test_of(text)
    return [metric for metric in metrics if test(metric)][:MOST]


@lru_cache(1)
def _parser() -> Any:
    from lark import Lark

    return Lark(_GRAMMAR.read_text(encoding="utf-8"), parser="earley", maybe_placeholders=False)


@lru_cache(256)
def _test_of(text: str) -> Test:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise unreadable(text, error, "search") from None
    if not tree.children:
        raise MathError("SEARCH has nothing to look for: give a {Namespace, Dimension} or a term.")
    tests = [_test(child) for child in tree.children]
    return lambda metric: all(test(metric) for test in tests)


def _test(tree: Any) -> Test:
    if tree.data == "schema":
        return _schema([_unquoted(part.children[0]) for part in tree.children])
    if tree.data == "negated":
        inner = _test(tree.children[0])
        return lambda metric: not inner(metric)
    if tree.data in ("or_", "and_"):
        tests = [_test(child) for child in tree.children]
        combine = any if tree.data == "or_" else all
        return lambda metric: combine(test(metric) for test in tests)
    if tree.data == "equals":
        return _equals(_unquoted(tree.children[0].children[0]), tree.children[1])
    matches = _operand(tree.children[0])
    return lambda metric: any(map(matches, _texts(metric)))


def _schema(parts: list[str]) -> Test:
    names = tuple(sorted(parts[1:]))
    return lambda metric: metric.namespace == parts[0] and tuple(name for name, _ in metric.dimensions) == names


def _equals(name: str, operand: Any) -> Test:
    matches = _operand(operand)
    return lambda metric: any(matches(value) for value in _values(metric, name))


def _values(metric: MetricId, name: str) -> list[str]:
    if name == "MetricName":
        return [metric.name]
    if name == "Namespace":
        return [metric.namespace]
    return [value for dimension, value in metric.dimensions if dimension == name]


def _operand(tree: Any) -> Callable[[str], bool]:
    if tree.data == "alternatives":
        several = [_operand(child) for child in tree.children]
        return lambda text: any(matches(text) for matches in several)
    wanted = _unquoted(tree.children[0])
    if tree.data == "exact":
        return lambda text: text == wanted
    tokens = _tokens(wanted)
    return lambda text: tokens <= _tokens(text)


def _texts(metric: MetricId) -> list[str]:
    return [metric.namespace, metric.name, *(part for dimension in metric.dimensions for part in dimension)]


@lru_cache(4096)
def _tokens(text: str) -> frozenset[str]:
    """A word is found by its parts, too: CPUUtilization by cpu, utilization and cpuutilization."""
    whole = {word.lower() for word in re.split(r"[^A-Za-z0-9]+", text) if word}
    return frozenset(whole | {token.lower() for token in _TOKENS.findall(text)})


def _unquoted(token: str) -> str:
    return str(token[1:-1]) if token.startswith('"') else str(token)
