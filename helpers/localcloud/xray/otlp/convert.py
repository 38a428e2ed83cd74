"""Turns a span into a segment or a subsegment, as AWS's exporter of the OpenTelemetry collector does.

https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/awsxrayexporter
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span, SpanFlags

from . import http, remote
from .attributes import Attributes, annotations_and_metadata, attributes_of, text
from .cause import cause_of, outcome_flags

_SEGMENT_KINDS = (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CONSUMER)
_CALL_KINDS = (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_PRODUCER)
_REMOTE_PARENT = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK | SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK
_NOT_IN_A_NAME = re.compile(r"[^\w\s.:/%&#=+\\\-@]")
_ORIGINS = {
    "aws_app_runner": "AWS::AppRunner::Service",
    "aws_ec2": "AWS::EC2::Instance",
    "aws_ecs": "AWS::ECS::Container",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
    "aws_lambda": "AWS::Lambda::Function",
}
_USER = "enduser.id"


def documents_of(span: Span, resource: Attributes) -> list[dict[str, Any]]:
    """Return the segment documents of `span`, whose service `resource` describes.

    A span that a service begins with becomes a segment. If it is a call to another service at the same time, it
    becomes a subsegment of a segment made for it, because X-Ray's edges are counted by subsegments.
    """
    attributes = attributes_of(span.attributes)
    if not _begins_a_segment(span):
        return [_subsegment(span, attributes, resource)]
    if span.kind not in _CALL_KINDS:
        return [_segment(span, attributes, resource)]
    call = _subsegment(span, attributes, resource)
    segment = _segment(span, {}, resource) | {"id": _made_id(span)}
    call["parent_id"] = segment["id"]
    return [segment | outcome_flags(span, attributes), call]


def trace_id(id_: bytes) -> str:
    """Return a W3C trace id in X-Ray's form: 1-<8 hexadecimal digits>-<24 hexadecimal digits>."""
    return f"1-{id_.hex()[:8]}-{id_.hex()[8:]}"


def _begins_a_segment(span: Span) -> bool:
    is_root = not any(span.parent_span_id)
    return is_root or span.kind in _SEGMENT_KINDS or span.flags & _REMOTE_PARENT == _REMOTE_PARENT


def _segment(span: Span, attributes: Attributes, resource: Attributes) -> dict[str, Any]:
    platform = str(resource.get("cloud.platform", ""))
    version = text(resource, "service.version")
    document = _common(span, attributes, remote.aws_fields(attributes) | _sdk(resource))
    document["name"] = name_for(text(resource, "service.name") or span.name)
    document["origin"] = _ORIGINS.get(platform)
    document["service"] = {"version": version} if version else None
    described = {f"otel.resource.{key}": value for key, value in resource.items()}
    document["metadata"] = {"default": described | document.get("metadata", {}).get("default", {})}
    return _without_none(document)


def _subsegment(span: Span, attributes: Attributes, resource: Attributes) -> dict[str, Any]:
    is_call = span.kind in _CALL_KINDS
    document = _common(span, attributes, remote.aws_fields(attributes))
    document["type"] = "subsegment"
    document["name"] = name_for(remote.name(attributes) or span.name if is_call else span.name)
    document["namespace"] = remote.namespace(attributes) if is_call else None
    document["sql"] = remote.sql(attributes) or None
    return _without_none(document)


def _common(span: Span, attributes: Attributes, aws: dict[str, Any]) -> dict[str, Any]:
    annotations, metadata = annotations_and_metadata(attributes, http.TAKEN | remote.TAKEN | {_USER})
    return {
        "id": span.span_id.hex(),
        "trace_id": trace_id(span.trace_id),
        "parent_id": span.parent_span_id.hex() if any(span.parent_span_id) else None,
        "start_time": span.start_time_unix_nano / 1e9,
        "end_time": span.end_time_unix_nano / 1e9,
        "http": http.http_of(span, attributes) or None,
        "aws": aws or None,
        "user": text(attributes, _USER),
        "annotations": annotations or None,
        "metadata": {"default": {"span.name": span.name, **metadata}},
        "cause": cause_of(span),
        **outcome_flags(span, attributes),
    }


def _sdk(resource: Attributes) -> dict[str, Any]:
    language = text(resource, "telemetry.sdk.language") or "unknown"
    version = text(resource, "telemetry.sdk.version")
    return {"xray": _without_none({"sdk": f"opentelemetry for {language}", "sdk_version": version})}


def name_for(wanted: str) -> str:
    """Return `wanted` as a name that X-Ray takes: at most 200 of its characters, "span" if none is left."""
    return _NOT_IN_A_NAME.sub("", wanted)[:200].strip() or "span"


def _made_id(span: Span) -> str:
    """The same for the same span, so that an export sent twice makes one segment."""
    return hashlib.sha256(b"segment of " + span.trace_id + span.span_id).hexdigest()[:16]


def _without_none(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}
