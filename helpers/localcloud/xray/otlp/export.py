"""Reads one export of spans: those that can be kept as documents, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ...protocol import HttpRequest
from ..documents import check
from ..fields import InvalidField
from .attributes import Attributes, attributes_of
from .convert import documents_of
from .wire import Refusal, decode

# AWS's limits.
MAX_SPANS = 10_000
MAX_SPAN_BYTES = 200 * 1024
_AHEAD_SECONDS = 2 * 3600.0
_BACK_SECONDS = 14 * 86_400.0
_TOLD = 5


@dataclass(frozen=True)
class Export:
    """The documents of the good spans; how many were `rejected`, and the `reason` for the first of them."""

    documents: list[dict[str, Any]]
    rejected: int
    reason: str


class BadSpan(Exception):
    """Why a span is not taken."""


def read_export(request: HttpRequest, now: float) -> Export:
    """Return the spans in `request`, which arrived at `now` (epoch seconds). Raises Refusal for the whole of it."""
    message = decode(request)
    spans = list(_spans(message))
    if len(spans) > MAX_SPANS:
        raise Refusal(f"The request has {len(spans)} spans; at most {MAX_SPANS} are taken. Send smaller batches.", 413)
    documents: list[dict[str, Any]] = []
    problems: list[str] = []
    for span, resource in spans:
        try:
            documents += _documents(span, resource, now)
        except BadSpan as problem:
            problems.append(f"span '{span.name[:60]}' ({span.span_id.hex()}): {problem}")
    more = f" ... and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
    return Export(documents, len(problems), "; ".join(problems[:_TOLD]) + more)


def _spans(message: ExportTraceServiceRequest) -> Iterator[tuple[Span, Attributes]]:
    for of_resource in message.resource_spans:
        resource = attributes_of(of_resource.resource.attributes)
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield span, resource


def _documents(span: Span, resource: Attributes, now: float) -> list[dict[str, Any]]:
    _check_ids(span)
    _check_times(span, now)
    if span.ByteSize() > MAX_SPAN_BYTES:
        raise BadSpan(f"it has {span.ByteSize()} bytes, and at most {MAX_SPAN_BYTES} are taken")
    documents = documents_of(span, resource)
    for document in documents:
        try:
            check(document, now)
        except InvalidField as problem:
            raise BadSpan(problem.reason) from None
    return documents


def _check_ids(span: Span) -> None:
    for name, length in (("trace_id", 16), ("span_id", 8)):
        id_ = getattr(span, name)
        if len(id_) != length or not any(id_):
            raise BadSpan(f"{name} is {id_.hex() or 'empty'}; {length} bytes, not all zero, are expected")
    if len(span.parent_span_id) not in (0, 8):
        raise BadSpan(f"parent_span_id has {len(span.parent_span_id)} bytes; 8 are expected, or none")


def _check_times(span: Span, now: float) -> None:
    start, end = span.start_time_unix_nano / 1e9, span.end_time_unix_nano / 1e9
    if end < start:
        raise BadSpan(f"it ends at {end}, before its start at {start}")
    if end > now + _AHEAD_SECONDS:
        raise BadSpan(f"it ends at {end}, more than two hours ahead of now ({now}); set the clock right")
    if start < now - _BACK_SECONDS:
        raise BadSpan(f"it starts at {start}, more than 14 days before now ({now})")
