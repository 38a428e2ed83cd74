"""Where in a trace the faults and errors began.

https://docs.aws.amazon.com/xray/latest/api/API_FaultRootCause.html
A cause is a (sub)segment that failed while nothing that it called did; its path leads there from the root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from .entity import Entity
from .inferred import inferred_node
from .node import NodeId
from .outcome import part
from .trace import Trace, node_of


def root_causes(trace: Trace, kind: str, account: str) -> list[dict[str, Any]]:
    """Return the causes of one `kind` ("fault" or "error") in the API's shapes FaultRootCause and ErrorRootCause."""
    failed = [entity for entity in trace.entities if entity.segment and getattr(entity.outcome, kind)]
    passed_on = {id(above) for entity in failed for above in _callers(trace, entity)}
    return [_root_cause(trace, entity, kind, account) for entity in failed if id(entity) not in passed_on]


def _callers(trace: Trace, entity: Entity) -> Iterator[Entity]:
    """Yield what `entity` lies in and what called that, up to the root; a circle of calls is gone round once."""
    seen = {id(entity)}
    above = _caller(trace, entity)
    while above is not None and id(above) not in seen:
        seen.add(id(above))
        yield above
        above = _caller(trace, above)


def _caller(trace: Trace, entity: Entity) -> Entity | None:
    return trace.caller_of(entity) if entity.is_segment else entity.parent


def _root_cause(trace: Trace, cause: Entity, kind: str, account: str) -> dict[str, Any]:
    path = [*reversed(list(_callers(trace, cause))), cause]
    services = [_service(group, account) for _, group in groupby(path, key=lambda entity: id(entity.segment))]
    if any(call is cause for call in trace.inferred_calls):
        services.append(_described(inferred_node(cause), [cause], account, inferred=True))
    return {"Services": services, "ClientImpacting": all(getattr(entity.outcome, kind) for entity in path)}


def _service(group: Iterable[Entity], account: str) -> dict[str, Any]:
    entities = list(group)
    segment = entities[0].segment or entities[0]
    return _described(node_of(segment), entities, account, inferred=False)


def _described(node: NodeId, entities: list[Entity], account: str, *, inferred: bool) -> dict[str, Any]:
    path = [
        {"Name": entity.name, "Exceptions": _exceptions(entity), "Remote": entity.is_remote_call} for entity in entities
    ]
    return node.document(account) | {"EntityPath": path, "Inferred": inferred}


def _exceptions(entity: Entity) -> list[dict[str, str]]:
    """The cause may be the id of an exception that another document tells."""
    if isinstance(entity.document.get("cause"), str):
        return []
    return [
        {"Name": str(exception.get("type", "")), "Message": str(exception.get("message", ""))}
        for exception in part(entity.document, "cause").get("exceptions") or ()
    ]
