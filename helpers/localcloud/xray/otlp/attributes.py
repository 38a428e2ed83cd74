"""OpenTelemetry's attributes as plain values, and what X-Ray takes of them as annotations and metadata.

https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-migration.html ; as AWS's exporter of the collector does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

Attributes = Mapping[str, Any]
# A span lists here which of its attributes become annotations.
ANNOTATED = "aws.xray.annotations"
_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9_]")


def attributes_of(pairs: Iterable[KeyValue]) -> Attributes:
    """Return the attributes by key; bytes as hexadecimal text."""
    return {pair.key: _plain(pair.value) for pair in pairs}


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_plain(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: _plain(pair.value) for pair in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else None


def text(attributes: Attributes, *names: str) -> str | None:
    """Return the first of the attributes that is there and not empty, as text."""
    return next((str(attributes[name]) for name in names if attributes.get(name) not in (None, "")), None)


def number(attributes: Attributes, *names: str) -> int | None:
    """Return the first of the attributes that is a whole number."""
    values = (attributes.get(name) for name in names)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def annotations_and_metadata(attributes: Attributes, taken: Set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is indexed and what is kept beside; attributes in `taken` have their place in the document.

    A span that lists its annotations has those, as with AWS's exporter. For one that lists none, AWS does not say
    what its endpoint indexes; here it is every text, number and truth value (an assumption).
    """
    listed = attributes.get(ANNOTATED)
    annotations, metadata = {}, {}
    for key, value in attributes.items():
        scalar = isinstance(value, str | bool | int | float)
        if key == ANNOTATED or value is None:
            continue
        if scalar and (key in listed if isinstance(listed, list) else key not in taken):
            annotations[_NOT_IN_A_KEY.sub("_", key)] = value
        elif key not in taken:
            metadata[key] = value
    return annotations, metadata
