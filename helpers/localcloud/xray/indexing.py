"""What of a trace is indexed for search: annotations and users.

https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-annotations
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from .entity import Entity
from .trace import Trace

MAX_INDEXED = 50
# JSON has numbers of any size; the API's have the size of a double.
_LARGEST = sys.float_info.max
# Dots are taken since annotation[key] came; AWS's exporter has kept them since 2024.
_KEY = re.compile(r"[A-Za-z0-9_.]+")
Scalar = str | bool | int | float


def annotations_of(entity: Entity) -> Iterator[tuple[str, Scalar]]:
    """Yield what can be indexed of one (sub)segment: keys of letters, digits and underscores, scalar values."""
    for key, value in (entity.document.get("annotations") or {}).items():
        if _KEY.fullmatch(key) and _is_indexed(value):
            yield key, value


def _is_indexed(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) <= _LARGEST
    return isinstance(value, str | float)


def indexed(trace: Trace) -> dict[str, list[tuple[Scalar, list[Entity]]]]:
    """Return, by key, the values and where in `trace` they are. At most 50 keys are indexed, the first ones."""
    found: dict[str, dict[tuple[bool, Scalar], list[Entity]]] = {}
    for entity in trace.entities:
        for key, value in annotations_of(entity):
            if key in found or len(found) < MAX_INDEXED:
                # True and 1 are one key of a dictionary and two values of an annotation.
                found.setdefault(key, {}).setdefault((isinstance(value, bool), value), []).append(entity)
    return {key: [(value, where) for (_, value), where in values.items()] for key, values in found.items()}


def annotation_value(value: Scalar) -> dict[str, Any]:
    """Return the API's shape AnnotationValue."""
    if isinstance(value, bool):
        return {"BooleanValue": value}
    return {"StringValue": value} if isinstance(value, str) else {"NumberValue": float(value)}


def users(trace: Trace) -> dict[str, list[Entity]]:
    """Return the users that any segment of `trace` names, with those segments."""
    found: dict[str, list[Entity]] = {}
    for entity in trace.entities:
        if user := entity.document.get("user"):
            found.setdefault(str(user), []).append(entity)
    return found
