"""The conditions service(...) and edge(...): requests to a service, or from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..node import NodeId
from ..trace import Call, Trace, Visit
from .subjects import OfEntity, Subject

# Whether a node of an account is the one that is meant.
IsNode = Callable[[NodeId, str], bool]


@dataclass(frozen=True)
class OnService:
    """service(node) {condition}: some request that the service handled; None stands for any."""

    account: str
    node: IsNode | None
    condition: Callable[[Subject], bool] | None

    def requests(self, trace: Trace) -> Iterator[Visit]:
        """Yield those of `trace` that are meant."""
        for visit in trace.visits:
            if _fits(self.node, visit.node, self.account) and _holds(self.condition, trace, visit):
                yield visit

    def __call__(self, subject: Subject) -> bool:
        return any(True for _ in self.requests(subject.trace))


@dataclass(frozen=True)
class OnEdge:
    """edge(source, target) {condition}: some request from one service to another; None stands for any."""

    account: str
    source: IsNode | None
    target: IsNode | None
    condition: Callable[[Subject], bool] | None

    def requests(self, trace: Trace) -> Iterator[Call]:
        """Yield those of `trace` that are meant."""
        for call in trace.calls:
            ends = _fits(self.source, call.source, self.account) and _fits(self.target, call.target, self.account)
            if ends and _holds(self.condition, trace, call):
                yield call

    def __call__(self, subject: Subject) -> bool:
        return any(True for _ in self.requests(subject.trace))


def _fits(is_node: IsNode | None, node: NodeId, account: str) -> bool:
    return is_node is None or is_node(node, account)


def _holds(condition: Callable[[Subject], bool] | None, trace: Trace, request: Visit | Call) -> bool:
    return condition is None or condition(OfEntity.of(trace, request))
