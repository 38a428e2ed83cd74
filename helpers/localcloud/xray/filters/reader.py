"""Turns the tree of a filter expression into a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lark import Token, Transformer

from ..indexing import Scalar
from . import values
from .parser import FilterError, no_keyword, position
from .requests import IsNode, OnEdge, OnService
from .subjects import Subject
from .values import FLAGS, NUMBERS, TEXTS

Condition = Callable[[Subject], bool]


class Reader(Transformer[Token, Any]):
    """Makes the conditions of an expression, from the leaves up. Raises FilterError (within lark's VisitError)."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self._account = account

    def start(self, children: list[Condition]) -> Condition:
        return children[0]

    block = start

    def disjunction(self, children: list[Any]) -> Condition:
        parts = _conditions(children)
        return lambda subject: any(condition(subject) for condition in parts)

    def conjunction(self, children: list[Any]) -> Condition:
        parts = _conditions(children)
        return lambda subject: all(condition(subject) for condition in parts)

    def not_(self, children: list[Any]) -> Condition:
        (condition,) = _conditions(children)
        return lambda subject: not condition(subject)

    def operator(self, children: list[Token]) -> Token:
        return children[0].update(value=children[0].upper())

    def value(self, children: list[Token]) -> tuple[Token, Scalar]:
        return children[0], _scalar(children[0])

    def has(self, children: list[Token]) -> Condition:
        keyword = _keyword(children[0])
        if keyword not in FLAGS:
            raise FilterError(f"'{keyword}' needs an operator and a value", *position(children[0]))
        return lambda subject: subject.flag(keyword)

    def compare(self, children: list[Any]) -> Condition:
        token, operator, (value_token, wanted) = children
        keyword = _keyword(token)
        kind = "true or false" if keyword in FLAGS else "a number" if keyword in NUMBERS else "a string"
        if values.kind_of(wanted) != kind:
            raise FilterError(f"'{keyword}' is compared with {kind}, not with {value_token}", *position(value_token))
        _check_operator(operator, wanted, f"'{keyword}'")
        return lambda subject: _any_holds(_seen(subject, keyword), operator, wanted)

    def annotated(self, children: list[Token]) -> Condition:
        key = _annotation_key(children[0])
        return lambda subject: any(True for _ in subject.annotations(key))

    def compare_annotation(self, children: list[Any]) -> Condition:
        token, operator, (_, wanted) = children
        key = _annotation_key(token)
        _check_operator(operator, wanted, f"annotation[{key}]")
        return lambda subject: _any_holds(subject.annotations(key), operator, wanted)

    def named(self, children: list[Token]) -> IsNode:
        name = _scalar(children[0])
        return lambda node, account: node.name == name

    def attribute(self, children: list[Token]) -> IsNode:
        name, value = children[0].lower(), _scalar(children[1])
        if name not in ("name", "type", "account.id"):
            raise FilterError(f"id() takes name, type and account.id, not '{children[0]}'", *position(children[0]))
        if name == "account.id":
            return lambda node, account: account == value
        return lambda node, account: getattr(node, name) == value

    def identified(self, children: list[Any]) -> IsNode:
        parts = [part for part in children if callable(part)]
        return lambda node, account: all(part(node, account) for part in parts)

    def service(self, children: list[Any]) -> Condition:
        _, node, condition = children
        return OnService(self._account, node, condition)

    def edge(self, children: list[Any]) -> Condition:
        _, source, target, condition = children
        return OnEdge(self._account, source, target, condition)


def _conditions(children: Iterable[Any]) -> list[Condition]:
    """Leave out the words AND, OR and NOT, and the place of an AND that was not written."""
    return [child for child in children if callable(child)]


def _keyword(token: Token) -> str:
    keyword = token.lower()
    if keyword in FLAGS | NUMBERS | TEXTS:
        return keyword
    raise no_keyword(token)


def _annotation_key(token: Token) -> str:
    text = token[len("annotation") :].strip()
    return text[1:] if text.startswith(".") else text.strip("[]").strip().strip('"')


def _scalar(token: Token) -> Scalar:
    if token.type == "STRING":
        return token[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return float(token) if token.type == "NUMBER" else token.lower() == "true"


def _check_operator(operator: Token, wanted: Scalar, what: str) -> None:
    allowed = values.operators_for(values.kind_of(wanted))
    if str(operator) not in allowed:
        known = ", ".join(sorted(allowed))
        reason = f"{what} is compared with {values.kind_of(wanted)} by {known}, not by {operator}"
        raise FilterError(reason, *position(operator))


def _seen(subject: Subject, keyword: str) -> Iterable[Scalar]:
    if keyword in FLAGS:
        return [subject.flag(keyword)]
    if keyword in TEXTS:
        return subject.texts(keyword)
    number = subject.number(keyword)
    return [] if number is None else [number]


def _any_holds(seen: Iterable[Scalar], operator: str, wanted: Scalar) -> bool:
    return any(values.holds(value, str(operator), wanted) for value in seen)
