"""Whether a span failed, and of what. As AWS's exporter: the HTTP status decides if there is one."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from ..outcome import Outcome, outcome_of_status
from .attributes import Attributes, attributes_of, text
from .http import status_of

_FRAME = re.compile(r'^\s*File "(?P<path>.+)", line (?P<line>\d+), in (?P<label>.+)$', re.MULTILINE)


def outcome_flags(span: Span, attributes: Attributes) -> dict[str, bool]:
    """Return those of error, throttle and fault that are true."""
    outcome = outcome_of_status(status_of(attributes) or 0)
    if outcome.ok and span.status.code == Status.STATUS_CODE_ERROR:
        outcome = Outcome(fault=True)
    return {name: True for name in ("error", "throttle", "fault") if getattr(outcome, name)}


def cause_of(span: Span) -> dict[str, Any] | None:
    """Return the exceptions that the span recorded, else the message of its status, None if there is neither."""
    recorded = [attributes_of(event.attributes) for event in span.events if event.name == "exception"]
    exceptions = [_exception(span, number, attributes) for number, attributes in enumerate(recorded)]
    if not exceptions and span.status.code == Status.STATUS_CODE_ERROR and span.status.message:
        exceptions = [{"id": _id(span, 0), "message": span.status.message}]
    return {"exceptions": exceptions} if exceptions else None


def _exception(span: Span, number: int, attributes: Attributes) -> dict[str, Any]:
    return {
        "id": _id(span, number),
        "type": text(attributes, "exception.type") or "",
        "message": text(attributes, "exception.message") or "",
        "remote": span.kind in (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_PRODUCER),
        "stack": _stack(text(attributes, "exception.stacktrace") or ""),
    }


def _stack(trace: str) -> list[dict[str, Any]]:
    """Return the frames of a traceback of Python, the innermost first; other languages' stay unread."""
    frames = [
        {"path": frame["path"], "line": int(frame["line"]), "label": frame["label"]} for frame in _FRAME.finditer(trace)
    ]
    return frames[::-1]


def _id(span: Span, number: int) -> str:
    return hashlib.sha256(b"exception %d of " % number + span.trace_id + span.span_id).hexdigest()[:16]
