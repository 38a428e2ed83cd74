"""Segments and subsegments as one kind of node: what a trace is a forest of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .outcome import Outcome, outcome_of, part

REMOTE_NAMESPACES = frozenset({"aws", "remote"})


@dataclass(eq=False, slots=True)
class Entity:
    """A segment or subsegment; times are epoch seconds, `end` is None while it is in progress.

    `parent_id` is that of the document; `children` are subsegments only. `segment` is the segment that it belongs to
    (a segment's is itself), None for a subsegment whose segment has not arrived.
    """

    id: str
    name: str
    document: Mapping[str, Any]
    is_segment: bool
    parent_id: str | None
    start: float
    end: float | None
    parent: Entity | None = None
    children: list[Entity] = field(default_factory=list)
    segment: Entity | None = None
    _outcome: Outcome | None = None

    @property
    def outcome(self) -> Outcome:
        if self._outcome is None:
            self._outcome = outcome_of(self.document)
        return self._outcome

    @property
    def seconds(self) -> float | None:
        """How long it took, in seconds; None while it is in progress."""
        return None if self.end is None else self.end - self.start

    @property
    def is_remote_call(self) -> bool:
        """Whether it is a subsegment that records a call to another service."""
        return not self.is_segment and self.document.get("namespace") in REMOTE_NAMESPACES

    @property
    def traced(self) -> bool:
        """Whether the caller says that the other side sends a segment of its own."""
        return part(self.document, "http", "request").get("traced") is True

    def subtree(self) -> Iterator[Entity]:
        """Yield itself and every subsegment below, parents first."""
        waiting = [self]
        while waiting:
            entity = waiting.pop()
            yield entity
            waiting.extend(reversed(entity.children))

    def ancestors(self) -> Iterator[Entity]:
        """Yield itself and then what it lies in, up to its segment."""
        entity: Entity | None = self
        while entity is not None:
            yield entity
            entity = None if entity.is_segment else entity.parent


def entities_of(document: Mapping[str, Any]) -> list[Entity]:
    """Return the (sub)segment of a document and all subsegments embedded in it, linked, parents first."""
    root = _entity(document, None, is_segment=document.get("type") != "subsegment")
    found = [root]
    waiting = [root]
    while waiting:
        entity = waiting.pop()
        for embedded in entity.document.get("subsegments") or ():
            child = _entity(embedded, entity, is_segment=False)
            entity.children.append(child)
            found.append(child)
            waiting.append(child)
    return found


def _entity(document: Mapping[str, Any], parent: Entity | None, *, is_segment: bool) -> Entity:
    end = None if document.get("in_progress") else document.get("end_time")
    return Entity(
        id=str(document["id"]).lower(),
        name=document["name"],
        document=document,
        is_segment=is_segment,
        parent_id=parent.id if parent else _lower(document.get("parent_id")),
        start=float(document["start_time"]),
        end=None if end is None else float(end),
        parent=parent,
    )


def _lower(id_: str | None) -> str | None:
    return id_.lower() if id_ else None
