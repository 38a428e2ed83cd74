"""Assembles the documents of one trace: who called whom, which services were visited.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .entity import Entity, entities_of
from .inferred import inferred_node
from .node import NodeId

CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that a service handled: its own segment, or (inferred) what its caller's subsegment tells."""

    node: NodeId
    entity: Entity
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request from `source` to `target`; `entity` is what it is counted by: the caller's subsegment.

    A client sends no subsegments, so its calls are counted by the segment that they reach. So is a call whose caller
    names no subsegment as the parent (an assumption).
    """

    source: NodeId
    target: NodeId
    entity: Entity


@dataclass
class Trace:
    """All that has arrived of one trace. `orphans` are subsegments whose segment has not."""

    id: str
    segments: list[Entity]
    orphans: list[Entity]
    _by_id: dict[str, Entity] = field(repr=False)

    @cached_property
    def entities(self) -> list[Entity]:
        """Every segment and subsegment, in order."""
        return [entity for top in [*self.segments, *self.orphans] for entity in top.subtree()]

    @cached_property
    def roots(self) -> list[Entity]:
        """The segments that no known (sub)segment called, the earliest first."""
        return [segment for segment in self.segments if self.caller_of(segment) is None]

    @cached_property
    def root(self) -> Entity | None:
        """The segment that the trace began with: one without a parent if there is any, else the earliest."""
        candidates = [segment for segment in self.roots if segment.parent_id is None] or self.roots or self.segments
        return candidates[0] if candidates else None

    def caller_of(self, segment: Entity) -> Entity | None:
        """Return the (sub)segment of another service that called `segment`; None if none is known."""
        caller = self._by_id.get(segment.parent_id or "")
        return None if caller is None or caller.segment is None or caller.segment is segment else caller

    @cached_property
    def visits(self) -> list[Visit]:
        own = [Visit(node_of(segment), segment) for segment in self.segments]
        return own + [Visit(inferred_node(call), call, inferred=True) for call in self.inferred_calls]

    @cached_property
    def calls(self) -> list[Call]:
        return [*self._from_clients(), *self._between_services(), *self._to_inferred()]

    @cached_property
    def inferred_calls(self) -> list[Entity]:
        """The subsegments (aws, remote) that stand for a service which sends no segments.

        Of calls within calls the outermost counts (an assumption). One with `traced` waits for its segment.
        """
        answered = {ancestor.id for caller in self._callers for ancestor in caller.ancestors()}
        return [entity for entity in self.entities if self._is_outer_call(entity) and entity.id not in answered]

    @staticmethod
    def _is_outer_call(entity: Entity) -> bool:
        if not entity.is_remote_call or entity.segment is None or entity.traced:
            return False
        return not any(outer.is_remote_call for outer in entity.ancestors() if outer is not entity)

    @cached_property
    def _callers(self) -> list[Entity]:
        return [caller for segment in self.segments if (caller := self.caller_of(segment))]

    def _from_clients(self) -> list[Call]:
        return [Call(NodeId(root.name, CLIENT), node_of(root), root) for root in self.roots]

    def _between_services(self) -> list[Call]:
        found: dict[tuple[str, NodeId], Call] = {}
        for segment in self.segments:
            if (caller := self.caller_of(segment)) and caller.segment:
                counted = next((outer for outer in caller.ancestors() if outer.is_remote_call), caller)
                target = node_of(segment)
                if counted.is_segment:
                    found[segment.id, target] = Call(node_of(caller.segment), target, segment)
                else:
                    found[counted.id, target] = Call(node_of(caller.segment), target, counted)
        return list(found.values())

    def _to_inferred(self) -> list[Call]:
        calls = [(entity.segment, entity) for entity in self.inferred_calls]
        return [Call(node_of(segment), inferred_node(entity), entity) for segment, entity in calls if segment]

    @property
    def start(self) -> float:
        """When it began, in epoch seconds: the earliest start of a segment."""
        return min(entity.start for entity in self.entities)

    @property
    def end(self) -> float:
        """When the last (sub)segment that has ended did, in epoch seconds."""
        return max((entity.end for entity in self.entities if entity.end is not None), default=self.start)

    @property
    def in_progress(self) -> bool:
        """Whether anything of it has not ended."""
        return any(entity.end is None for entity in self.entities)


def node_of(segment: Entity) -> NodeId:
    """Return the service that sent `segment`."""
    return NodeId(segment.name, segment.document.get("origin"))


def assemble(trace_id: str, documents: Iterable[Mapping[str, Any]]) -> Trace:
    """Return the trace of `documents` (validated, one for each id), in whatever order they arrived."""
    entities = [entity for document in documents for entity in entities_of(document)]
    by_id: dict[str, Entity] = {}
    for entity in sorted(entities, key=lambda entity: not entity.is_segment):
        by_id.setdefault(entity.id, entity)
    _attach(entities, by_id)
    _assign_segments(entities)
    segments = [entity for entity in entities if entity.is_segment]
    orphans = [entity for entity in entities if entity.segment is None and entity.parent is None]
    return Trace(trace_id, _by_start(segments), _by_start(orphans), by_id)


def _attach(entities: Sequence[Entity], by_id: Mapping[str, Entity]) -> None:
    """Hang independent subsegments below their parents, by start; one that would lie in itself stays an orphan."""
    for entity in entities:
        if entity.is_segment or entity.parent is not None:
            continue
        parent = by_id.get(entity.parent_id or "")
        if parent is not None and not any(above is entity for above in parent.ancestors()):
            entity.parent = parent
            parent.children.append(entity)
    for entity in entities:
        entity.children.sort(key=lambda child: child.start)


def _assign_segments(entities: Sequence[Entity]) -> None:
    for segment in entities:
        if segment.is_segment:
            for entity in segment.subtree():
                entity.segment = segment


def _by_start(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.start, entity.id))
