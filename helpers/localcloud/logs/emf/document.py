"""Reads the embedded metric format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from ..publishing import Datapoint, Series

MARK = '"_aws"'
_MAX_VALUES = 100
_MAX_DIMENSION_VALUE = 1024
_Name = Annotated[str, Meta(min_length=1, max_length=1024)]
_DimensionSet = Annotated[list[Annotated[str, Meta(min_length=1, max_length=250)]], Meta(max_length=30)]


class _Metric(Struct):
    name: _Name = field(name="Name")
    unit: str | None = field(name="Unit", default=None)
    resolution: int | None = field(name="StorageResolution", default=None)


class _Directive(Struct):
    namespace: _Name = field(name="Namespace")
    dimensions: list[_DimensionSet] = field(name="Dimensions")
    metrics: Annotated[list[_Metric], Meta(max_length=100)] = field(name="Metrics")


class _Metadata(Struct):
    timestamp: Annotated[int, Meta(ge=0, le=253_402_300_799_999)] = field(name="Timestamp")
    directives: list[_Directive] = field(name="CloudWatchMetrics")


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def may_have_metrics(messages: Sequence[str]) -> bool:
    """Return whether one of `messages` looks as if it had embedded metrics."""
    return any(MARK in message for message in messages)


def datapoints(message: str) -> list[Datapoint]:
    """Return the datapoints embedded in `message`; an event that breaks the format has none."""
    try:
        document = _decode(message)
        metadata = msgspec.convert(document.get("_aws"), _Metadata)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return []
    found = (point for directive in metadata.directives for point in _directed(document, directive))
    return [(series, metadata.timestamp, value) for series, value in found]


def _directed(document: dict[str, Any], directive: _Directive) -> Iterator[tuple[Series, float]]:
    for names in directive.dimensions or [[]]:
        dimensions = _dimensions(document, names)
        if dimensions is None:
            continue
        for metric in directive.metrics:
            series = Series(directive.namespace, metric.name, dimensions, metric.unit, metric.resolution)
            for value in _values(document.get(metric.name)):
                yield series, value


def _dimensions(document: dict[str, Any], names: list[str]) -> tuple[tuple[str, str], ...] | None:
    """Return the pairs of a dimension set, or None if one of its targets is no text at the root of the document."""
    pairs = [(name, document.get(name)) for name in names]
    known = tuple((name, value) for name, value in pairs if isinstance(value, str) and _may_be_a_dimension(value))
    return known if len(known) == len(pairs) else None


def _may_be_a_dimension(value: str) -> bool:
    return 0 < len(value) <= _MAX_DIMENSION_VALUE


def _values(target: Any) -> list[float]:
    """Return the numbers of a metric's target: one, or a list of at most 100; anything else has none."""
    values = target if isinstance(target, list) else [target]
    if len(values) > _MAX_VALUES or not all(_is_number(value) for value in values):
        return []
    return [float(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
