"""Services that send no segments, as X-Ray infers them from their caller's subsegment.

https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-inferredsegments
"""

from __future__ import annotations

import hashlib
from typing import Any

from .entity import Entity
from .node import NodeId
from .outcome import part

REMOTE = "remote"
# The service in the subsegment's name, the field of `aws` that names the resource, and the type of the node then.
_RESOURCES = {
    "DynamoDB": ("table_name", "AWS::DynamoDB::Table"),
    "SQS": ("queue_url", "AWS::SQS::Queue"),
    "SNS": ("topic_arn", "AWS::SNS"),
}


def inferred_node(call: Entity) -> NodeId:
    """Return the node that the subsegment `call` (namespace aws or remote) stands for."""
    if call.document.get("namespace") != "aws":
        return NodeId(call.name, REMOTE)
    field, type_ = _RESOURCES.get(call.name, ("", ""))
    resource = part(call.document, "aws").get(field)
    return NodeId(str(resource), type_) if resource else NodeId(call.name, f"AWS::{call.name}")


def inferred_segment(call: Entity, trace_id: str) -> dict[str, Any]:
    """Return the segment that X-Ray adds to the trace for `call`; its id follows from the call's."""
    node = inferred_node(call)
    document = {
        "id": hashlib.sha256(f"{trace_id}/{call.id}".encode()).hexdigest()[:16],
        "name": node.name,
        "start_time": call.start,
        "parent_id": call.id,
        "trace_id": trace_id,
        "origin": node.type,
        "inferred": True,
    }
    document |= {"in_progress": True} if call.end is None else {"end_time": call.end}
    taken = ("http", "aws", "error", "throttle", "fault", "cause")
    return document | {key: call.document[key] for key in taken if key in call.document}
