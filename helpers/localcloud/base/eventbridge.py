"""EventBridge's side of our services: `aws.*` events in, and targets that the base does not know, out."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from ..events import Event
from ..scope import Scope

log = logging.getLogger(__name__)

StartPipeline = Callable[[Scope, str], None]
WriteLog = Callable[[Scope, str, str], None]


def forward(event: Event) -> None:
    """Hand `event` to the rules of its account's default bus, as the service itself does on AWS."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    entry = {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail, default=str),
        "Resources": event.resources,
    }
    with request_scope(event.scope.account, event.scope.region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def add_pipeline_target(start: StartPipeline) -> None:
    """Let a rule start a pipeline of ours: the base drops targets whose service it does not have."""
    _add_target("codepipeline", lambda scope, resource, event: start(scope, resource))


def add_log_target(write: WriteLog) -> None:
    """Let a rule write into a log group of ours, each event as a line of JSON."""

    def write_event(scope: Scope, resource: str, event: dict[str, Any]) -> None:
        from ministack.services.eventbridge import _pattern_event_view

        content = _pattern_event_view(event).event_with_detail()
        write(scope, resource.removeprefix("log-group:").removesuffix(":*"), json.dumps(content))

    _add_target("logs", write_event)


def _add_target(service: str, handle: Callable[[Scope, str, dict[str, Any]], None]) -> None:
    from ministack.services import eventbridge

    invoke = eventbridge._invoke_target

    def invoke_target(target: dict[str, Any], event: dict[str, Any], *arguments: Any, **more: Any) -> None:
        parts = str(target.get("Arn", "")).split(":", 5)
        if len(parts) == 6 and parts[2] == service:
            handle(Scope(parts[4], parts[3]), parts[5], event)
        else:
            invoke(target, event, *arguments, **more)

    eventbridge._invoke_target = invoke_target
