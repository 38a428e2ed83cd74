"""The summary of a trace. https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from . import indexing
from .entity import Entity
from .outcome import part, status_of
from .root_causes import root_causes
from .trace import Trace, node_of


def summary(trace: Trace, revision: int, account: str) -> dict[str, Any]:
    """Return what GetTraceSummaries tells of `trace`; `revision` is the number of documents that made it."""
    return {
        "Id": trace.id,
        "StartTime": datetime.fromtimestamp(trace.start, UTC),
        "Duration": trace.end - trace.start,
        "HasThrottle": has_throttle(trace),
        "IsPartial": trace.in_progress,
        "Revision": revision,
        "FaultRootCauses": root_causes(trace, "fault", account),
        "ErrorRootCauses": root_causes(trace, "error", account),
        **_of_root(trace.root, account),
        **_indexed(trace, account),
        **_resources(trace),
    }


def _of_root(root: Entity | None, account: str) -> dict[str, Any]:
    """What a trace is like to its client. None: only subsegments have come, which tell nothing of that."""
    if root is None:
        return {"HasFault": False, "HasError": False}
    return {
        "ResponseTime": root.seconds,
        "HasFault": root.outcome.fault,
        "HasError": root.outcome.error,
        "Http": _http(root),
        "EntryPoint": node_of(root).document(account),
    }


def _indexed(trace: Trace, account: str) -> dict[str, Any]:
    return {
        "Annotations": _annotations(trace, account),
        "Users": [
            {"UserName": user, "ServiceIds": _service_ids(where, account)}
            for user, where in indexing.users(trace).items()
        ],
        "ServiceIds": [node.document(account) for node in dict.fromkeys(visit.node for visit in trace.visits)],
    }


def has_throttle(trace: Trace) -> bool:
    """Whether any segment document of `trace`, subsegments included, was throttled (429)."""
    return any(entity.outcome.throttle for entity in trace.entities)


def _http(root: Entity) -> dict[str, Any]:
    request = part(root.document, "http", "request")
    return {
        "HttpURL": request.get("url"),
        "HttpStatus": status_of(root.document),
        "HttpMethod": request.get("method"),
        "UserAgent": request.get("user_agent"),
        "ClientIp": request.get("client_ip"),
    }


def _annotations(trace: Trace, account: str) -> dict[str, list[dict[str, Any]]]:
    return {
        key: [
            {"AnnotationValue": indexing.annotation_value(value), "ServiceIds": _service_ids(where, account)}
            for value, where in values
        ]
        for key, values in indexing.indexed(trace).items()
    }


def _service_ids(entities: Iterable[Entity], account: str) -> list[dict[str, Any]]:
    nodes = dict.fromkeys(node_of(entity.segment) for entity in entities if entity.segment)
    return [node.document(account) for node in nodes]


def _resources(trace: Trace) -> dict[str, list[dict[str, str]]]:
    arns = [segment.document.get("resource_arn") for segment in trace.segments]
    instances = [part(segment.document, "aws", "ec2") for segment in trace.segments]
    return {
        "ResourceARNs": [{"ARN": arn} for arn in dict.fromkeys(filter(None, arns))],
        "InstanceIds": [{"Id": id_} for id_ in _distinct(instances, "instance_id")],
        "AvailabilityZones": [{"Name": zone} for zone in _distinct(instances, "availability_zone")],
    }


def _distinct(instances: Iterable[Any], field: str) -> list[str]:
    return list(dict.fromkeys(str(instance[field]) for instance in instances if instance.get(field)))
