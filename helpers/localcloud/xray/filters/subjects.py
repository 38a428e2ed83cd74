"""What a filter expression is asked of: a trace, or one request to a service or along an edge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .. import indexing
from ..entity import Entity
from ..indexing import Scalar
from ..node import NodeId
from ..outcome import part, status_of
from ..statistics import duration
from ..summaries import has_throttle
from ..trace import Call, Trace, Visit, node_of


class Subject(Protocol):
    """Answers keywords; those named in `values`."""

    @property
    def trace(self) -> Trace: ...

    def flag(self, keyword: str) -> bool: ...

    def number(self, keyword: str) -> float | None: ...

    def texts(self, keyword: str) -> Iterable[str]: ...

    def annotations(self, key: str) -> Iterable[Scalar]: ...


class OfTrace:
    """A trace as a whole: outcome and HTTP of its root, users and annotations of every segment."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._root = OfEntity(trace, trace.root, node_of(trace.root)) if trace.root else None

    def flag(self, keyword: str) -> bool:
        if keyword == "partial":
            return self.trace.in_progress
        if keyword == "throttle":
            return has_throttle(self.trace)
        return self._root is not None and self._root.flag(keyword)

    def number(self, keyword: str) -> float | None:
        if keyword == "duration":
            return self.trace.end - self.trace.start
        return self._root.number(keyword) if self._root else None

    def texts(self, keyword: str) -> Iterable[str]:
        if keyword == "user":
            return indexing.users(self.trace)
        return self._root.texts(keyword) if self._root else ()

    def annotations(self, key: str) -> Iterable[Scalar]:
        return [value for value, _ in indexing.indexed(self.trace).get(key, ())]


class OfEntity:
    """One segment, with what lies in it, or one subsegment that records a call."""

    def __init__(self, trace: Trace, entity: Entity, node: NodeId) -> None:
        self.trace = trace
        self._entity = entity
        self._node = node

    @classmethod
    def of(cls, trace: Trace, request: Visit | Call) -> OfEntity:
        """Return the request that a service handled, or that went along an edge."""
        return cls(trace, request.entity, request.node if isinstance(request, Visit) else request.target)

    def flag(self, keyword: str) -> bool:
        if keyword == "partial":
            return self._entity.end is None
        # What has not ended has no outcome yet.
        return self._entity.end is not None and bool(getattr(self._entity.outcome, keyword))

    def number(self, keyword: str) -> float | None:
        if keyword == "http.status":
            return status_of(self._entity.document)
        if keyword == "duration" and self._entity.end is not None:
            return duration(self._entity)
        return self._entity.seconds

    def texts(self, keyword: str) -> Iterable[str]:
        if keyword == "user":
            return self._users()
        found = self._http(keyword) if keyword.startswith("http.") else getattr(self._node, keyword)
        return [found] if isinstance(found, str) else []

    def annotations(self, key: str) -> Iterable[Scalar]:
        found = (pair for entity in self._entity.subtree() for pair in indexing.annotations_of(entity))
        return [value for name, value in found if name == key]

    def _users(self) -> list[str]:
        return [str(user) for entity in self._entity.subtree() if (user := entity.document.get("user"))]

    def _http(self, keyword: str) -> object:
        field = {"useragent": "user_agent", "clientip": "client_ip"}.get(keyword[5:], keyword[5:])
        return part(self._entity.document, "http", "request").get(field)
